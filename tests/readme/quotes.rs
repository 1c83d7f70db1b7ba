//! README and guide quote a compile error, a report and commands: each quote is compared with its
//! source.

#[allow(dead_code, reason = "its `main` is the example's")]
#[path = "../../examples/report.rs"]
mod report;

use crate::files::read;

/// The fenced blocks of a page with this info string.
fn blocks(page: &str, info: &str) -> Vec<String> {
    let text = read(page);
    let mut blocks = Vec::new();
    let mut open: Option<(String, String)> = None;
    for line in text.lines() {
        match (&mut open, line.strip_prefix("```")) {
            (None, Some(info)) => open = Some((info.to_owned(), String::new())),
            (Some((_, text)), None) => {
                text.push_str(line);
                text.push('\n');
            }
            (Some(_), Some(_)) => {
                let (found, text) = open.take().expect("an open block");
                if found == info {
                    blocks.push(text);
                }
            }
            (None, None) => {}
        }
    }
    assert!(!blocks.is_empty(), "{page} has no block of `{info}`");
    blocks
}

#[test]
fn the_refused_escape_is_a_case_of_the_suite_in_the_compilers_words() {
    let case = read("tests/ui/escape/arena_does_not_outlive_tokio_task.rs");
    let shown = &blocks("README.md", "rust,compile_fail")[0];
    assert!(
        case.starts_with(shown.as_str()),
        "the README shows another program than the case:\n{shown}"
    );
    let words = read("tests/ui/escape/arena_does_not_outlive_tokio_task.stderr");
    let quoted = &blocks("README.md", "text")[0];
    assert!(
        words.starts_with(quoted.as_str()),
        "the compiler says:\n{words}\nthe README quotes:\n{quoted}"
    );
}

/// The example is a module here, because `cargo run` would build it and its dependencies once more,
/// with other features.
#[test]
fn the_report_is_the_one_that_the_example_prints() {
    report::requests();
    let blocks = blocks("docs/book/src/operating.md", "text");
    assert_eq!(
        blocks.iter().find(|block| block.starts_with("scope ")).expect("a report"),
        &format!("{}\n", request_arena::report()),
        "left: the guide, right: the output of `cargo run --example report`"
    );
}

#[test]
fn the_readmes_two_commands_are_the_ones_that_ci_runs() {
    let commands = blocks("README.md", "sh");
    assert_eq!(commands, ["cargo run --release -p search-server\n", "cargo test --workspace\n"]);
    let ci = read(".ci/run");
    for command in commands {
        assert!(ci.contains(command.trim()), ".ci/run does not run `{}`", command.trim());
    }
}

#[test]
fn the_readme_fits_on_a_few_screens() {
    let readme = read("README.md");
    assert!(readme.lines().count() <= 120, "{} lines", readme.lines().count());
}
