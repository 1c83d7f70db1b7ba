//! The compile-time errors that users meet: each case of `tests/ui` is refused in its pinned words, or compiles.

use std::fs;
use std::path::{Path, PathBuf};

const FOLDERS: [&str; 5] = ["escape", "send", "drop", "signature", "options"];

/// The words are those of the toolchain that CI uses. To pin them anew after a change: `TRYBUILD=overwrite cargo test --test ui`.
#[test]
fn refused_programs_are_refused_in_these_words() {
    let cases = trybuild::TestCases::new();
    // The panic of a `const` block is only met where something is built to the end.
    cases.pass("tests/ui/pass/*.rs");
    for folder in FOLDERS {
        cases.compile_fail(format!("tests/ui/{folder}/*.rs"));
    }
}

/// A name that users cannot know has no place in what they read. (`__axum_..` is axum's own.)
#[test]
fn no_message_has_a_name_of_the_expansion() {
    let mut read = 0;
    for message in messages() {
        let text = fs::read_to_string(&message).expect("a pinned message").replace("__axum", "");
        let dunder = text.split("__").skip(1).any(|rest| rest.starts_with(|next: char| next.is_ascii_alphabetic()));
        assert!(!dunder, "{} says a name with two underscores:\n{text}", message.display());
        for hidden in
            ["private", "expansion::", "opener", "Visit", "Slot", "Lease", "absent", "temporary value", "arena_core::"]
        {
            assert!(!text.contains(hidden), "{} says `{hidden}`:\n{text}", message.display());
        }
        read += 1;
    }
    assert!(read > 30, "only {read} messages found");
}

/// What the user wrote is shown, in the first place that the message points at or (for a `const` panic) in the last.
#[test]
fn each_message_shows_a_line_of_the_user() {
    for message in messages() {
        let text = fs::read_to_string(&message).expect("a pinned message");
        let case = message.with_extension("rs");
        let place = format!("--> {}", case.strip_prefix(env!("CARGO_MANIFEST_DIR")).expect("in the crate").display());
        assert!(text.contains(&place), "{} does not show {place}:\n{text}", message.display());
        let errors = text.lines().filter(|line| line.starts_with("error")).count();
        let most = if MORE_THAN_ONE.iter().any(|name| message.ends_with(name)) { 3 } else { 1 };
        assert!(errors <= most, "{} has {errors} errors for one mistake", message.display());
    }
}

/// Two mistakes in one case; and `&Bump` in axum, whose two fields and whose `Handler` are reported one by one.
const MORE_THAN_ONE: [&str; 2] = ["limit_is_a_size.stderr", "bump_is_not_held_across_await_in_axum.stderr"];

fn messages() -> Vec<PathBuf> {
    let ui = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/ui");
    let folders = FOLDERS.iter().map(|folder| fs::read_dir(ui.join(folder)).expect("a folder of cases"));
    let paths = folders.flatten().map(|entry| entry.expect("a readable folder").path());
    paths.filter(|path| path.extension().is_some_and(|extension| extension == "stderr")).collect()
}
