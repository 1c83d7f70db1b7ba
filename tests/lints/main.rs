//! Warnings of rustc and clippy about annotated functions: none about the expansion, and the same
//! about the user's code as without the attribute.
//!
//! `cargo clippy` checks each program twice, with the annotations and without them, with every
//! group of lints on.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

const LINTS: [&str; 5] =
    ["-Wclippy::all", "-Wclippy::pedantic", "-Wclippy::nursery", "-Wunused", "-Wmissing-docs"];

/// The lint, the line, and the message.
type Warning = (String, u64, String);

#[test]
fn the_expansion_is_silent_under_the_strictest_lints() {
    let Some(found) = check("silent", true) else { return };
    assert_eq!(found, BTreeSet::new());
}

#[test]
fn warnings_are_the_same_with_and_without_the_annotation() {
    let (Some(annotated), Some(plain)) = (check("careless", true), check("careless", false)) else {
        return;
    };
    assert!(plain.len() > 20, "the program is not careless enough: {plain:#?}");
    for lint in
        ["dead_code", "unused_variables", "unused_mut", "unreachable_code", "unused_must_use"]
    {
        assert!(annotated.iter().any(|(said, ..)| said == lint), "no warning of {lint}");
    }
    let only =
        |left: &BTreeSet<Warning>, right| left.difference(right).cloned().collect::<Vec<_>>();
    assert_eq!(only(&annotated, &plain), vec![]);
    let mut missing = only(&plain, &annotated);
    missing.retain(|(lint, ..)| !OF_THE_SHAPE.contains(&lint.as_str()));
    assert_eq!(missing, vec![]);
}

/// Lints about the form of a plain function, which do not apply to an annotated one. Its arena is
/// no parameter to pass by reference, it is never `const`, it always awaits, and its body is a
/// closure.
const OF_THE_SHAPE: [&str; 4] = [
    "clippy::missing_const_for_fn",
    "clippy::missing_panics_doc",
    "clippy::needless_pass_by_value",
    "clippy::unused_async",
];

/// Lints of rustc that are not about functions.
const NOT_ASKED: [&str; 2] = [
    // It is about linking, and a check does not link.
    "linker-messages",
    // The plain program does not use all dependencies.
    "unused-crate-dependencies",
];

#[test]
fn a_sweep_with_every_lint_says_the_same_with_and_without_the_annotation() {
    let lints = every_lint();
    for edition in ["2021", "2024"] {
        let said = |annotated| sweep("sweep", edition, annotated, &lints);
        let (Some(annotated), Some(plain)) = (said(true), said(false)) else { return };
        assert!(plain.len() > 100, "the program is not careless enough: {plain:#?}");
        let is_kept = |(code, ..): &&Place| !OF_THE_EXPANSION.contains(&code.as_str());
        let more: Vec<_> = annotated.difference(&plain).filter(is_kept).collect();
        let less: Vec<_> = plain.difference(&annotated).filter(is_kept).collect();
        assert!(
            more.is_empty() && less.is_empty(),
            "edition {edition}\nonly annotated: {more:#?}\nonly plain: {less:#?}"
        );
    }
}

#[test]
fn no_lint_points_into_an_option() {
    let lints = every_lint();
    let text = fs::read_to_string(case("sweep_options")).expect("a case");
    for edition in ["2021", "2024"] {
        let Some(found) = sweep("sweep_options", edition, true, &lints) else { return };
        let is_attribute = |line: u64| {
            let line = text.lines().nth(usize::try_from(line).expect("a line") - 1);
            line.expect("a line of the case").starts_with("#[request_arena")
        };
        let inside: Vec<_> = found
            .iter()
            .filter(|(code, line, ..)| {
                is_attribute(*line) && !OF_THE_EXPANSION.contains(&code.as_str())
            })
            .collect();
        assert!(!found.is_empty(), "no lint ran");
        assert!(inside.is_empty(), "edition {edition}: {inside:#?}");
    }
}

/// The lint, the line, the column, and the message.
type Place = (String, u64, u64, String);

/// Clippy's groups, and every lint of rustc that is off by default.
fn every_lint() -> Vec<String> {
    let output = Command::new("rustc").args(["-W", "help"]).output().expect("rustc runs");
    let help = String::from_utf8(output.stdout).expect("text");
    let silent = help.lines().filter_map(|line| {
        let mut words = line.split_whitespace();
        let name = words.next()?;
        (words.next()? == "allow" && !NOT_ASKED.contains(&name)).then(|| format!("-W{name}"))
    });
    let groups =
        ["all", "pedantic", "nursery", "restriction"].map(|group| format!("-Wclippy::{group}"));
    // A stable compiler warns about lints that only a nightly one knows.
    let lints: Vec<_> =
        groups.into_iter().chain(silent).chain(["-Aunknown-lints".to_owned()]).collect();
    assert!(lints.len() > 30, "`rustc -W help` has another form: {help}");
    lints
}

fn sweep(case: &str, edition: &str, annotated: bool, lints: &[String]) -> Option<BTreeSet<Place>> {
    let messages = messages(case, edition, annotated, lints)?;
    let place = |message: &Value| {
        let code = message["code"]["code"].as_str()?.to_owned();
        let spans = message["spans"].as_array().expect("a list of spans");
        let span = spans.iter().find(|span| span["is_primary"] == true)?;
        let at = |end: &str| span[end].as_u64().expect("a number");
        let text = message["message"].as_str().expect("a text").to_owned();
        Some((code, at("line_start"), at("column_start"), text))
    };
    Some(messages.iter().filter_map(place).collect())
}

/// Lints that differ between the two programs, each with the reason.
const OF_THE_EXPANSION: [&str; 9] = [
    // The function opens a scope, so it cannot be `const`.
    "clippy::missing_const_for_fn",
    // The body takes its parameters by value, and the arena is not one of them.
    "clippy::needless_pass_by_value",
    // The signature has one argument less, without the arena.
    "clippy::too_many_arguments",
    // An `async fn` becomes a function that returns `impl Future`. For clippy it is not `async`,
    // and returns no `Result`.
    "clippy::unused_async",
    "clippy::missing_errors_doc",
    // The line of the annotation is empty in the plain program.
    "clippy::empty_line_after_doc_comments",
    // It points at another place of the same signature.
    "clippy::future_not_send",
    // The expansion returns the user's last expression by a `return`.
    "clippy::implicit_return",
    // In an `async fn`, the message has the parameter without its `mut`.
    "unused_assignments",
];

/// The warnings of a case, or `None` without clippy. On CI, a missing clippy is an error.
fn check(case: &str, annotated: bool) -> Option<BTreeSet<Warning>> {
    let messages = messages(case, "2024", annotated, &LINTS.map(String::from))?;
    Some(messages.iter().filter_map(warning).collect())
}

/// The messages of clippy for a case.
fn messages(case: &str, edition: &str, annotated: bool, lints: &[String]) -> Option<Vec<Value>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let package = package(root, case, edition, annotated);
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).join("lints");
    let output = Command::new(env!("CARGO"))
        .args(["clippy", "--offline", "--quiet", "--message-format=json", "--manifest-path"])
        .arg(package.join("Cargo.toml"))
        .arg("--target-dir")
        .arg(target)
        .args(annotated.then_some("--features=annotated"))
        .arg("--")
        .args(lints)
        .env_remove("RUSTFLAGS")
        .output()
        .expect("cargo runs");
    let said = String::from_utf8_lossy(&output.stderr);
    if said.contains("no such command: `clippy`")
        || said.contains("'cargo-clippy' is not installed")
    {
        assert!(
            std::env::var_os("CI").is_none(),
            "clippy is missing: `rustup component add clippy`"
        );
        eprintln!("SKIPPED: there is no clippy here, `rustup component add clippy`");
        return None;
    }
    let messages = String::from_utf8(output.stdout).expect("JSON is UTF-8");
    let messages = messages
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).expect("a line of JSON")["message"].take());
    let (errors, messages): (Vec<_>, Vec<_>) =
        messages.partition(|message| message["level"] == "error");
    let errors: Vec<_> = errors.iter().filter_map(|error| error["rendered"].as_str()).collect();
    assert!(output.status.success(), "{case} does not compile:\n{said}\n{}", errors.join("\n"));
    Some(messages)
}

fn case(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/lints/cases").join(name).with_extension("rs")
}

/// Creates a package outside of the workspace, with the case as its only file.
fn package(root: &Path, name: &str, edition: &str, annotated: bool) -> PathBuf {
    let text = fs::read_to_string(case(name)).expect("a case");
    let name = format!("{name}-{edition}-{}", if annotated { "annotated" } else { "plain" });
    let package = Path::new(env!("CARGO_TARGET_TMPDIR")).join(&name);
    let bare = |line: &str| {
        let is_annotation = line.trim_start().starts_with("#[request_arena");
        if is_annotation { String::new() } else { line.replace("{request_arena, Arena}", "Arena") }
    };
    let lines: Vec<String> =
        text.lines().map(|line| if annotated { line.to_owned() } else { bare(line) }).collect();
    let manifest = format!(
        "[package]\nname = '{name}'\nversion = '0.0.0'\nedition = '{edition}'\n\
         [features]\nannotated = []\n\
         [dependencies]\nrequest-arena = {{ path = '{}', features = ['json'] }}\n[workspace]\n",
        root.display()
    );
    fs::create_dir_all(package.join("src")).expect("a folder");
    fs::write(package.join("Cargo.toml"), manifest).expect("a manifest");
    fs::write(package.join("src/lib.rs"), lines.join("\n") + "\n").expect("a source");
    fs::copy(root.join("Cargo.lock"), package.join("Cargo.lock"))
        .expect("the versions of the workspace");
    package
}

fn warning(message: &Value) -> Option<Warning> {
    let code = message["code"]["code"].as_str()?.to_owned();
    let spans = message["spans"].as_array().expect("a list of spans");
    let line = spans.iter().find(|span| span["is_primary"] == true)?["line_start"]
        .as_u64()
        .expect("a line");
    Some((code, line, message["message"].as_str().expect("a text").to_owned()))
}
