//! Lines of Rust and Markdown have at most 100 columns.
//!
//! These lines may be longer: rows of tables, the output of programs (fenced blocks of `text`), and
//! links that stand alone.

use crate::files::{ending_in, read};

const WIDTH: usize = 100;

/// A line's text, without the sign of a comment.
fn uncommented(line: &str) -> &str {
    let line = line.trim();
    let comment = ["//!", "///", "//"].iter().find_map(|sign| line.strip_prefix(sign));
    comment.unwrap_or(line).trim()
}

/// Whether a line is prose: all of Markdown is, and the comments of Rust.
fn is_prose(path: &str, line: &str) -> bool {
    path.ends_with(".md") || line.trim().starts_with("//")
}

/// Whether a line is a link alone: behind its text nothing can be broken.
fn is_link(text: &str) -> bool {
    let target = match text.split_once("](").or_else(|| text.split_once("]: ")) {
        Some((before, target)) if before.starts_with(['[', '!']) => target,
        _ => text,
    };
    target.contains("://") && !target.contains(' ')
        || target != text && !target.trim_end_matches(')').contains(' ')
}

/// The lines of a text that are too long, with their numbers.
fn too_long<'t>(path: &str, text: &'t str) -> Vec<(usize, &'t str)> {
    let mut found = Vec::new();
    let mut fence: Option<&str> = None;
    for (index, line) in text.lines().enumerate() {
        let shown = uncommented(line);
        if line.starts_with("#[cfg_attr(") && line.contains("doc = \"```") {
            fence = Some("rust");
        } else if !is_prose(path, line) {
            fence = None;
        } else if let Some(info) = shown.strip_prefix("```") {
            fence = fence.is_none().then_some(info);
            continue;
        }
        let is_free = is_prose(path, line)
            && (fence == Some("text")
                || fence.is_none() && (shown.starts_with('|') || is_link(shown)));
        if !is_free && line.chars().count() > WIDTH {
            found.push((index + 1, line));
        }
    }
    found
}

#[test]
fn no_line_is_wider_than_100_columns() {
    let mut wide = Vec::new();
    let files = [ending_in(".md"), ending_in(".rs")].concat();
    assert!(files.len() > 300, "{} files", files.len());
    for path in files {
        for (number, line) in too_long(&path, &read(&path)) {
            wide.push(format!("{path}:{number}: {} columns: {line}", line.chars().count()));
        }
    }
    assert!(wide.is_empty(), "{} lines are too wide:\n{}", wide.len(), wide.join("\n"));
}

#[test]
fn tables_output_and_links_alone_may_be_wide() {
    let long = "word ".repeat(30);
    let address = format!("https://example.com/{}", "x".repeat(100));
    let count = |path: &str, text: &str| too_long(path, text).len();
    assert_eq!(count("a.md", &long), 1);
    assert_eq!(count("a.md", &format!("| {long} |")), 0);
    assert_eq!(count("a.md", &format!("```text\n{long}\n```\n{long}")), 1);
    assert_eq!(count("a.md", &format!("```rust\n| {long}\n```")), 1);
    assert_eq!(count("a.md", &format!("[{long}]({address})\n[name]: {address}\n{address}")), 0);
    assert_eq!(count("a.md", &format!("see [this]({address}) for more")), 1);
    assert_eq!(count("a.rs", &format!("    {long};")), 1);
    assert_eq!(count("a.rs", &format!("//! | {long} |\n/// [a]: {address}")), 0);
    assert_eq!(count("a.rs", &format!("/// ```text\n/// {long}\nfn f() {{}}\n/// {long}")), 1);
}
