//! Compares `docs/book/src/escape-errors.md` with the corpus.
//!
//! The page has a line for every message of the corpus, and for no other. The test copies the
//! quotes from the pinned words, and the repairs from the programs that compile.
//!
//! A bullet is the first line of a message, with `…` for the parts that differ. The path of a
//! program with a colon, alone on a line, stands before a copy. The copy is the program for a
//! repair, and the compiler's words for a refused program.
//!
//! After a change, `UI=overwrite cargo test --test ui` writes the copies anew.

use std::fs;
use std::path::PathBuf;

use crate::harness::compiler::{CASES, is_pinned};
use crate::harness::corpus::{self, Case};
use crate::harness::message::messages;

fn path() -> PathBuf {
    corpus::repository().join("docs/book/src/escape-errors.md")
}

fn chapter() -> String {
    fs::read_to_string(path()).expect("the chapter")
}

/// The words of every case. While they are overwritten, these are the new words.
fn words() -> Vec<(Case, String)> {
    if corpus::overwrite() && is_pinned() {
        return CASES.iter().map(|compiled| (compiled.case.clone(), compiled.words())).collect();
    }
    corpus::cases().into_iter().map(|case| (case.clone(), case.pinned())).collect()
}

/// The form of a message, from a bullet.
struct Pattern<'c> {
    line: &'c str,
    parts: Vec<&'c str>,
}

impl<'c> Pattern<'c> {
    fn of(line: &'c str) -> Option<Self> {
        let line = line.strip_prefix("* ").filter(|line| line.starts_with("error"))?;
        Some(Self { line, parts: line.split('…').collect() })
    }

    fn matches(&self, heading: &str) -> bool {
        let (first, rest) = self.parts.split_first().expect("a split text has a part");
        let Some(mut left) = heading.strip_prefix(first) else { return false };
        let Some((last, between)) = rest.split_last() else { return left.is_empty() };
        for part in between {
            let Some((_, after)) = left.split_once(part) else { return false };
            left = after;
        }
        left.ends_with(last)
    }
}

#[test]
fn every_message_of_the_corpus_is_in_the_chapter_and_no_other() {
    let chapter = chapter();
    let patterns: Vec<Pattern<'_>> = chapter.lines().filter_map(Pattern::of).collect();
    let words = words();
    let mut headings = Vec::new();
    for (case, words) in &words {
        for message in messages(words) {
            let heading = message.text.lines().next().expect("a first line");
            let known = patterns.iter().any(|pattern| pattern.matches(heading));
            assert!(
                known,
                "docs/book/src/escape-errors.md has no bullet for {}:\n{heading}",
                case.program()
            );
            headings.push(heading);
        }
    }
    for pattern in &patterns {
        let said = headings.iter().any(|heading| pattern.matches(heading));
        assert!(
            said,
            "docs/book/src/escape-errors.md has a bullet that fits no case:\n{}",
            pattern.line
        );
    }
}

#[test]
fn the_quotes_of_the_chapter_are_the_compilers_words_and_programs_that_compile() {
    let (found, words) = (chapter(), words());
    let expected = with_copies(&found, &words);
    if corpus::overwrite() {
        fs::write(path(), expected).expect("a writable repository");
        return;
    }
    let differs = found.lines().zip(expected.lines()).find(|(found, expected)| found != expected);
    assert_eq!(differs, None, "left: the chapter, right: the source of its copy");
    assert_eq!(found, expected, "left: the chapter, right: the source of its copy");
}

#[test]
fn each_section_has_an_example_and_a_repair_and_each_repair_is_shown() {
    let chapter = chapter();
    for section in chapter
        .split("\n## ")
        .filter(|section| section.lines().any(|line| Pattern::of(line).is_some()))
    {
        let title = section.lines().next().unwrap_or_default();
        let names: Vec<&str> = section.lines().filter_map(named).collect();
        let repairs = names.iter().filter(|name| name.starts_with("repairs/")).count();
        assert!(repairs > 0, "`{title}` has no repair");
        assert!(names.len() > repairs, "`{title}` has no example of the compiler's words");
    }
    for repair in corpus::repairs() {
        assert!(
            chapter.lines().filter_map(named).any(|name| name == repair.name),
            "{} is not shown",
            repair.name
        );
    }
}

/// The name in `` `tests/ui/escape/reference_is_not_returned.rs`: ``.
fn named(line: &str) -> Option<&str> {
    line.strip_prefix("`tests/ui/")?.strip_suffix(".rs`:")
}

/// The chapter with the right copy below each path.
fn with_copies(chapter: &str, words: &[(Case, String)]) -> String {
    let mut lines = chapter.lines().peekable();
    let mut text = String::new();
    while let Some(line) = lines.next() {
        text.push_str(line);
        text.push('\n');
        let Some(name) = named(line) else { continue };
        if lines.peek() == Some(&"") {
            lines.next();
        }
        if lines.peek().is_some_and(|line| line.starts_with("```")) {
            lines.next();
            lines.by_ref().take_while(|line| *line != "```").for_each(drop);
        }
        let (language, copy) = copy(name, words);
        text.push_str(&format!("\n```{language}\n{}\n```\n", copy.trim_end()));
        if lines.peek().is_some_and(|line| !line.is_empty()) {
            text.push('\n');
        }
    }
    text
}

/// A repair without its `main`, or the first message of a case without its notes.
fn copy(name: &str, words: &[(Case, String)]) -> (&'static str, String) {
    if name.starts_with("repairs/") {
        let case = Case { name: name.to_owned() };
        let program =
            fs::read_to_string(corpus::repository().join(case.program())).expect("a repair");
        return ("rust", program.split("\nfn main").next().unwrap_or_default().to_owned());
    }
    let (_, said) = words
        .iter()
        .find(|(case, _)| case.name == name)
        .unwrap_or_else(|| panic!("{name} is no case"));
    let first = messages(said).swap_remove(0).text;
    let notes = first.find("\nnote: required by").or(first.find("\nnote: requirement"));
    ("text", first[..notes.unwrap_or(first.len())].trim_end_matches(['|', ' ', '\n']).to_owned())
}
