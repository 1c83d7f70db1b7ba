//! Names as people may see them: control characters are escaped.
//!
//! A name can come from outside: an annotation's `name`, a metered arena, a thread, a mapped file.
//! A raw control character in it could move a terminal's cursor, start a line of its own in a log,
//! or reverse the text beside it. Everything that shows a name calls [`printable`] first.

use core::fmt::Write;
use std::borrow::Cow;

/// The text, with each control character as in a Rust literal: `\n`, `\u{1b}`.
///
/// The characters are those of Unicode's category *Cc*, the two separators of lines and paragraphs,
/// and those that change the direction of text (Unicode Technical Report 36, section 2.10). Other
/// text is returned as it is, without an allocation.
///
/// ```
/// use request_arena_core::printable::printable;
///
/// assert_eq!(printable("search"), "search");
/// assert_eq!(printable("red: \u{1b}[31m"), r"red: \u{1b}[31m");
/// ```
#[must_use]
pub fn printable(text: &str) -> Cow<'_, str> {
    let is_plain = text.bytes().all(|byte| (b' '..=b'~').contains(&byte));
    if is_plain || !text.contains(is_control) {
        return Cow::Borrowed(text);
    }
    let mut escaped = String::with_capacity(text.len() + 8);
    for character in text.chars() {
        if is_control(character) {
            // Writing to a string does not fail.
            let _ = write!(escaped, "{}", character.escape_default());
        } else {
            escaped.push(character);
        }
    }
    Cow::Owned(escaped)
}

fn is_control(character: char) -> bool {
    character.is_control()
        || matches!(
            character,
            '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}'
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn control_characters_are_escaped_and_all_other_text_stays() {
        for (text, shown) in [
            ("", ""),
            ("a \"b\" \\n", "a \"b\" \\n"),
            ("naïve 検索 👩\u{200d}💻", "naïve 検索 👩\u{200d}💻"),
            ("a\nb\r\tc\0", r"a\nb\r\tc\u{0}"),
            ("\u{7f}\u{9b}2J", r"\u{7f}\u{9b}2J"),
            ("\u{202e}txt.exe\u{2069}", r"\u{202e}txt.exe\u{2069}"),
            ("one\u{2028}two", r"one\u{2028}two"),
        ] {
            assert_eq!(printable(text), shown);
            assert_eq!(matches!(printable(text), Cow::Borrowed(_)), text == shown, "{shown}");
        }
    }
}
