//! Marked places of a document, which a program fills with its results.
//!
//! A place begins with a line `<!-- PROGRAM: WORDS -->` and ends with `<!-- PROGRAM: end -->`. The
//! lines between them are replaced.

use anyhow::ensure;

/// The document, with new content in its places. `content` gets the words of a place.
///
/// # Errors
/// If a place does not end, or has no content.
pub fn fill(
    program: &str,
    document: &str,
    mut content: impl FnMut(&str) -> anyhow::Result<String>,
) -> anyhow::Result<String> {
    let (mark, end) = (format!("<!-- {program}: "), format!("<!-- {program}: end -->"));
    let mut filled = String::new();
    let mut lines = document.lines();
    while let Some(line) = lines.next() {
        filled.extend([line, "\n"]);
        let Some(words) = line.strip_prefix(&mark).and_then(|rest| rest.strip_suffix(" -->"))
        else {
            continue;
        };
        ensure!(lines.any(|line| line == end), "the place `{words}` does not end with `{end}`");
        let content = content(words)?;
        filled.extend([content.trim_end(), "\n", &end, "\n"]);
    }
    Ok(filled)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_of_the_program_are_filled_and_the_rest_stays() {
        let document = "a\n<!-- lab: table -->\nold\n<!-- lab: end -->\n<!-- other: table -->\nb\n";
        let new = |words: &str| Ok(format!("new {words}\n"));
        let filled = fill("lab", document, new).unwrap();
        assert_eq!(
            filled,
            "a\n<!-- lab: table -->\nnew table\n<!-- lab: end -->\n<!-- other: table -->\nb\n"
        );
        assert_eq!(fill("lab", &filled, new).unwrap(), filled);
    }

    #[test]
    fn a_place_without_an_end_is_an_error_with_its_words() {
        let error = fill("lab", "<!-- lab: table -->\nold\n", |_| Ok(String::new())).unwrap_err();
        assert_eq!(error.to_string(), "the place `table` does not end with `<!-- lab: end -->`");
    }
}
