//! Removes the parts of the compiler's output that depend on the machine.
//!
//! These are paths outside of the repository, line numbers of files other than the case, and source
//! text of dependencies and of the standard library, which may not be installed. The number of a
//! trait's other implementations depends on the features of the build.

/// The source text under an arrow.
#[derive(Clone, Copy, PartialEq)]
enum Snippet {
    /// Of the case: unchanged.
    Case,
    /// Of this repository: without line numbers.
    Ours,
    /// Of another place: removed.
    Foreign,
}

/// The messages, with an empty line between them.
pub(crate) fn without_the_machine<'r>(
    rendered: impl Iterator<Item = &'r str>,
    program: &str,
) -> String {
    let messages: Vec<String> = rendered.map(|message| of_message(message, program)).collect();
    messages.join("\n")
}

fn of_message(rendered: &str, program: &str) -> String {
    let mut lines = Vec::new();
    let mut snippet = Snippet::Case;
    let (mut gutter, mut needed) = (1, 1);
    for line in rendered.trim_end().lines() {
        // The compiler writes the whole path if any dependency has a trait of the same name.
        let line = &*line.replace("axum::handler::Handler", "Handler");
        let text = line.trim_start();
        let indent = line.len() - text.len();
        if let Some((arrow, place)) = arrow(text) {
            let (kind, place) = of_place(place, program);
            snippet = kind;
            gutter = indent.max(gutter);
            lines.push(format!("{}{arrow}{place}", " ".repeat(indent)));
        } else if text.starts_with(|first: char| first.is_ascii_digit()) && text.contains(" |") {
            let digits = text.bytes().take_while(u8::is_ascii_digit).count();
            match snippet {
                Snippet::Case => {
                    needed = digits.max(needed);
                    lines.push(line.to_owned());
                }
                Snippet::Ours => lines.push(" ".repeat(indent + digits) + &text[digits..]),
                Snippet::Foreign => {}
            }
        } else if is_count_of_others(text) {
            lines.push(format!("{}and $MANY others", " ".repeat(indent)));
        } else if !is_of_the_machine(text, snippet) {
            lines.push(line.trim_end().to_owned());
        }
    }
    // The gutter is as wide as the largest line number, which may have been removed.
    let narrow = " ".repeat(gutter.saturating_sub(needed));
    let mut text = String::new();
    let mut within = false;
    for line in lines {
        within |= arrow(line.trim_start()).is_some();
        text.push_str(line.strip_prefix(&narrow).filter(|_| within).unwrap_or(&line));
        text.push('\n');
    }
    text
}

/// Whether the line is the margin of a removed source text, or names the file for long type names.
fn is_of_the_machine(text: &str, snippet: Snippet) -> bool {
    let margin = snippet == Snippet::Foreign && (text.starts_with('|') || text == "...");
    margin || text.starts_with("= note: the full name for the type has been written to")
}

/// Whether the line ends a list of types that implement a trait.
fn is_count_of_others(text: &str) -> bool {
    let count = text.strip_prefix("and ").and_then(|rest| rest.strip_suffix(" others"));
    count.is_some_and(|count| count.parse::<usize>().is_ok())
}

fn arrow(text: &str) -> Option<(&'static str, &str)> {
    ["--> ", "::: "].into_iter().find_map(|arrow| Some((arrow, text.strip_prefix(arrow)?)))
}

fn of_place(place: &str, program: &str) -> (Snippet, String) {
    if place.starts_with(program) {
        return (Snippet::Case, place.to_owned());
    }
    let path = place.trim_end_matches(|end: char| end.is_ascii_digit() || end == ':');
    let path = path.strip_prefix(concat!(env!("CARGO_MANIFEST_DIR"), "/")).unwrap_or(path);
    if let Some((_, within)) = path.split_once("/registry/src/") {
        let mut parts = within.splitn(3, '/').skip(1);
        let (package, file) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
        let package = package.rsplit_once('-').map_or(package, |(name, _)| name);
        return (Snippet::Foreign, format!("$CARGO/{package}-$VERSION/{file}"));
    }
    if let Some((_, within)) = path.split_once("/library/") {
        return (Snippet::Foreign, format!("$RUST/{within}"));
    }
    assert!(!path.starts_with('/'), "`{place}` is a path that depends on the machine");
    (Snippet::Ours, path.to_owned())
}
