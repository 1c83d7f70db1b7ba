//! Words: cuts a name or a query into words, and folds each to plain lower-case ASCII.
//!
//! Documents and queries go through the same function, so "São Paulo", "sao paulo" and "SAO-PAULO"
//! are the same two words. A word knows its place in the text, as highlighting marks the original
//! spelling.

use deunicode::deunicode_char;
use request_arena::Arena;

/// Longest folded word, in bytes. Longer ones are cut, in documents and queries alike.
pub const MAX_WORD: usize = 64;

/// A word of a text: its folded spelling, and its bytes in the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Word<T> {
    /// Lower-case ASCII letters and digits, at least one and at most [`MAX_WORD`]; or what `keep`
    /// made of them.
    pub folded: T,
    /// First byte of the word in the text.
    pub start: usize,
    /// One past its last byte.
    pub end: usize,
}

/// The words of `text`, in order. Their folded spellings are in the arena.
pub fn words<'a>(arena: &Arena<'a>, text: &str) -> impl Iterator<Item = Word<&'a str>> {
    words_kept(text, |folded| &*arena.alloc_str(folded))
}

/// The words of `text`, in order. `keep` converts each folded spelling.
pub fn words_kept<T>(text: &str, mut keep: impl FnMut(&str) -> T) -> impl Iterator<Item = Word<T>> {
    let mut start = None;
    text.char_indices().chain([(text.len(), ' ')]).filter_map(move |(at, c)| {
        match (start, is_word_char(c)) {
            (None, true) => {
                start = Some(at);
                None
            }
            (Some(from), false) => {
                start = None;
                let mut buffer = [0; MAX_WORD];
                fold(&text[from..at], &mut buffer).map(|folded| Word {
                    folded: keep(folded),
                    start: from,
                    end: at,
                })
            }
            _ => None,
        }
    })
}

/// An upper bound of the number of words in `text`.
pub fn words_at_most(text: &str) -> usize {
    text.split(|c| !is_word_char(c)).filter(|run| !run.is_empty()).count()
}

/// How many bytes of `word`, in its original spelling, the first `folded_len` bytes of its folded
/// spelling stand for. Combining marks after the last letter belong to it.
pub fn written_len(word: &str, folded_len: usize) -> usize {
    let mut folded = 0;
    let mut written = 0;
    for (at, c) in word.char_indices() {
        let adds = folded_bytes(c).count();
        if folded >= folded_len && adds > 0 {
            break;
        }
        folded += adds;
        written = at + c.len_utf8();
    }
    written
}

fn fold<'b>(word: &str, buffer: &'b mut [u8; MAX_WORD]) -> Option<&'b str> {
    let mut len = 0;
    for (slot, byte) in buffer.iter_mut().zip(word.chars().flat_map(folded_bytes)) {
        *slot = byte;
        len += 1;
    }
    let folded = std::str::from_utf8(&buffer[..len]).unwrap_or_default();
    if folded.is_empty() { None } else { Some(folded) }
}

fn folded_bytes(c: char) -> impl Iterator<Item = u8> {
    let spelled = deunicode_char(c).unwrap_or_default();
    spelled.bytes().filter(u8::is_ascii_alphanumeric).map(|byte| byte.to_ascii_lowercase())
}

fn is_word_char(c: char) -> bool {
    c.is_alphanumeric()
        || matches!(c, '\u{300}'..='\u{36f}' | '\u{1ab0}'..='\u{1aff}' | '\u{fe20}'..='\u{fe2f}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use request_arena::request_arena;

    #[request_arena]
    fn folded(text: &str, arena: Arena<'_>) -> Vec<String> {
        words(&arena, text).map(|word| word.folded.to_owned()).collect()
    }

    #[test]
    fn accents_case_and_punctuation_do_not_matter() {
        assert_eq!(folded("São  PAULO-do,Sul"), ["sao", "paulo", "do", "sul"]);
        assert_eq!(folded("L'Aquila"), ["l", "aquila"]);
        assert_eq!(folded("Łódź"), ["lodz"]);
        assert_eq!(folded("S\u{332}h\u{332}e\u{304}wah"), ["shewah"]);
        assert_eq!(folded(" -- ‘ "), [""; 0]);
        assert_eq!((words_at_most("São  PAULO-do,Sul"), words_at_most(" -- ‘ ")), (4, 0));
    }

    #[test]
    fn other_scripts_are_transliterated() {
        assert_eq!(folded("Москва"), ["moskva"]);
        assert_eq!(folded("北京"), ["beijing"]);
    }

    #[test]
    fn a_long_word_is_cut() {
        assert_eq!(folded(&"x".repeat(1000)), ["x".repeat(MAX_WORD)]);
    }

    #[test]
    fn a_prefix_of_the_folded_word_is_found_in_the_written_one() {
        assert_eq!(&"São"[..written_len("São", 2)], "Sã");
        assert_eq!(&"Straße"[..written_len("Straße", 5)], "Straß");
        assert_eq!(written_len("abc", 9), 3);
        assert_eq!(&"e\u{301}a"[..written_len("e\u{301}a", 1)], "e\u{301}");
    }
}
