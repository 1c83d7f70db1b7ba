//! Compares `docs/book/src/testing.md` with its sources: the code of `handlers.rs`, and the
//! messages of the assertions in `failing.rs`.
//!
//! Figures differ from run to run, so the test does not compare them. After a change, `UI=overwrite
//! cargo test --test testing` updates the page.

use std::fs;
use std::path::PathBuf;

use crate::failing::messages;

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// The fenced block after the line with its name.
fn copies() -> Vec<(String, String)> {
    let code = fs::read_to_string(root().join("tests/testing/handlers.rs")).expect("the handlers");
    let code = code.split_once("\n\n").expect("a first line with its description").1;
    let code = [
        "use crate::{ALONE, count_heap};\n\n",
        "    count_heap();\n",
        "    let _alone = ALONE.lock().await;\n",
        "pub(crate) ",
    ]
    .iter()
    .fold(code.to_owned(), |code, ours| code.replace(ours, ""));
    let (path, repository) =
        ("tests/testing/handlers.rs", "https://github.com/request-arena/request-arena/blob/main/");
    let code = (format!("[`{path}`]({repository}{path}):"), format!("```rust\n{code}```\n"));
    let quoted = |(name, message): (&str, String)| {
        (format!("`{name}`:"), format!("```text\n{message}\n```\n"))
    };
    [code].into_iter().chain(messages().into_iter().map(quoted)).collect()
}

/// The message without figures, and without those of jemalloc. In a build of all packages, jemalloc
/// may replace the system's allocator.
fn words(text: &str) -> String {
    let known = |line: &&str| !line.starts_with("  of these, this thread allocated");
    let text: String = text.split_inclusive('\n').filter(known).collect();
    let text = text
        .replace("live in the process (jemalloc)", "of anonymous memory in the process (RssAnon)");
    let mut words = text.replace(|c: char| c.is_ascii_digit(), "#");
    while words.contains("##") {
        words = words.replace("##", "#");
    }
    words
}

#[test]
fn the_pages_code_runs_and_its_messages_are_right() {
    let path = root().join("docs/book/src/testing.md");
    let mut page = fs::read_to_string(&path).expect("the page");
    for (name, copy) in copies() {
        let begin = page
            .find(&format!("\n{name}\n\n```"))
            .unwrap_or_else(|| panic!("the page has no `{name}`"))
            + name.len()
            + 3;
        let length = page[begin..].find("\n```\n").expect("the fence's end") + "\n```\n".len();
        let found = &page[begin..begin + length];
        if std::env::var_os("UI").is_some_and(|ui| ui == "overwrite") {
            page.replace_range(begin..begin + length, &copy);
        } else {
            assert_eq!(words(found), words(&copy), "{name} left: the page, right: its source");
        }
    }
    if std::env::var_os("UI").is_some_and(|ui| ui == "overwrite") {
        fs::write(path, page).expect("a writable repository");
    }
}
