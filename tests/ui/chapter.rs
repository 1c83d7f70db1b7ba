//! `docs/book/src/escape-errors.md` does not go stale. It has a line for every message of the corpus,
//! and for no other. Its quotes are copied from the pinned words, and its repairs from the programs
//! that compile.
//!
//! A bullet is a message as its first line reads, with `…` for what differs. A link to a program and
//! a colon, alone on a line, is followed by the program (of a repair) or the compiler's words for it.
//! After a change, `UI=overwrite cargo test --test ui` copies them anew.

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

/// The words of every case; those to come, if they are just being written.
fn words() -> Vec<(Case, String)> {
    if corpus::overwrite() && is_pinned() {
        return CASES.iter().map(|compiled| (compiled.case.clone(), compiled.words())).collect();
    }
    corpus::cases().into_iter().map(|case| (case.clone(), case.pinned())).collect()
}

/// What a bullet says of a message.
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
                "docs/book/src/escape-errors.md does not speak of {}:\n{heading}",
                case.program()
            );
            headings.push(heading);
        }
    }
    for pattern in &patterns {
        let said = headings.iter().any(|heading| pattern.matches(heading));
        assert!(
            said,
            "docs/book/src/escape-errors.md speaks of what no case says:\n{}",
            pattern.line
        );
    }
}

#[test]
fn what_the_chapter_quotes_is_what_the_compiler_says_and_what_compiles() {
    let (found, words) = (chapter(), words());
    let expected = with_copies(&found, &words);
    if corpus::overwrite() {
        fs::write(path(), expected).expect("a writable repository");
        return;
    }
    let differs = found.lines().zip(expected.lines()).find(|(found, expected)| found != expected);
    assert_eq!(differs, None, "left: the chapter, right: what it copies from");
    assert_eq!(found, expected, "left: the chapter, right: what it copies from");
}

#[test]
fn each_section_has_an_example_and_a_repair_and_each_repair_is_shown() {
    let chapter = chapter();
    for section in chapter
        .split("\n## ")
        .filter(|section| section.lines().any(|line| Pattern::of(line).is_some()))
    {
        let title = section.lines().next().unwrap_or_default();
        let links: Vec<&str> = section.lines().filter_map(linked).collect();
        let repairs = links.iter().filter(|link| link.starts_with("repairs/")).count();
        assert!(repairs > 0, "`{title}` has no repair");
        assert!(links.len() > repairs, "`{title}` has no example of the compiler's words");
    }
    for repair in corpus::repairs() {
        assert!(
            chapter.lines().filter_map(linked).any(|link| link == repair.name),
            "{} is not shown",
            repair.name
        );
    }
}

/// The name in ``[`escape/reference_is_not_returned`](..):``.
fn linked(line: &str) -> Option<&str> {
    let (name, rest) = line
        .strip_prefix("[`")?
        .split_once("`](https://github.com/request-arena/request-arena/blob/main/tests/ui/")?;
    (rest == format!("{name}.rs):")).then_some(name)
}

/// The chapter with every block below a link as it should be.
fn with_copies(chapter: &str, words: &[(Case, String)]) -> String {
    let mut lines = chapter.lines().peekable();
    let mut text = String::new();
    while let Some(line) = lines.next() {
        text.push_str(line);
        text.push('\n');
        let Some(name) = linked(line) else { continue };
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

/// A repair without its `main`; or the first message of a case, without its notes.
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
