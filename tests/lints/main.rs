//! What rustc and clippy say of annotated functions: nothing about the expansion, and about the user's own code what they would say without it.
//!
//! A program is checked twice, as it stands and with the annotations taken out, by `cargo clippy` with every group of lints on.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

const LINTS: [&str; 6] =
    ["--", "-Wclippy::all", "-Wclippy::pedantic", "-Wclippy::nursery", "-Wunused", "-Wmissing-docs"];

/// The lint, the line, and what the compiler says.
type Warning = (String, u64, String);

#[test]
fn the_expansion_is_silent_under_the_strictest_lints() {
    let Some(found) = check("silent", true) else { return };
    assert_eq!(found, BTreeSet::new());
}

#[test]
fn what_the_user_is_warned_about_is_the_same_with_and_without_the_annotation() {
    let (Some(annotated), Some(plain)) = (check("careless", true), check("careless", false)) else { return };
    assert!(plain.len() > 20, "the program is not careless enough: {plain:#?}");
    for lint in ["dead_code", "unused_variables", "unused_mut", "unreachable_code", "unused_must_use"] {
        assert!(annotated.iter().any(|(said, ..)| said == lint), "nothing is said of {lint}");
    }
    let only = |left: &BTreeSet<Warning>, right| left.difference(right).cloned().collect::<Vec<_>>();
    assert_eq!(only(&annotated, &plain), vec![]);
    let mut missing = only(&plain, &annotated);
    missing.retain(|(lint, ..)| !OF_THE_SHAPE.contains(&lint.as_str()));
    assert_eq!(missing, vec![]);
}

/// What clippy says of the shape that an annotated function has not: its arena is no parameter to pass by reference, it is never `const`, it always awaits,
/// and its body is a closure.
const OF_THE_SHAPE: [&str; 4] = [
    "clippy::missing_const_for_fn",
    "clippy::missing_panics_doc",
    "clippy::needless_pass_by_value",
    "clippy::unused_async",
];

/// The warnings of a case; `None` where there is no clippy to ask (on CI that is an error).
fn check(case: &str, annotated: bool) -> Option<BTreeSet<Warning>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let package = package(root, case, annotated);
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).join("lints");
    let output = Command::new(env!("CARGO"))
        .args(["clippy", "--offline", "--quiet", "--message-format=json", "--manifest-path"])
        .arg(package.join("Cargo.toml"))
        .arg("--target-dir")
        .arg(target)
        .args(annotated.then_some("--features=annotated"))
        .args(LINTS)
        .env_remove("RUSTFLAGS")
        .output()
        .expect("cargo runs");
    let said = String::from_utf8_lossy(&output.stderr);
    if said.contains("no such command: `clippy`") || said.contains("'cargo-clippy' is not installed") {
        assert!(std::env::var_os("CI").is_none(), "clippy is missing: `rustup component add clippy`");
        eprintln!("SKIPPED: there is no clippy here, `rustup component add clippy`");
        return None;
    }
    let messages = String::from_utf8(output.stdout).expect("JSON is UTF-8");
    let messages =
        messages.lines().map(|line| serde_json::from_str::<Value>(line).expect("a line of JSON")["message"].take());
    let (errors, messages): (Vec<_>, Vec<_>) = messages.partition(|message| message["level"] == "error");
    let errors: Vec<_> = errors.iter().filter_map(|error| error["rendered"].as_str()).collect();
    assert!(output.status.success(), "{case} does not compile:\n{said}\n{}", errors.join("\n"));
    Some(messages.iter().filter_map(warning).collect())
}

/// A package of its own outside the workspace, whose one file is the case.
fn package(root: &Path, case: &str, annotated: bool) -> PathBuf {
    let name = format!("{case}-{}", if annotated { "annotated" } else { "plain" });
    let package = Path::new(env!("CARGO_TARGET_TMPDIR")).join(&name);
    let text = fs::read_to_string(root.join("tests/lints/cases").join(case).with_extension("rs")).expect("a case");
    let bare = |line: &str| {
        let is_annotation = line.trim_start().starts_with("#[request_arena");
        if is_annotation { String::new() } else { line.replace("{request_arena, Arena}", "Arena") }
    };
    let lines: Vec<String> = text.lines().map(|line| if annotated { line.to_owned() } else { bare(line) }).collect();
    let manifest = format!(
        "[package]\nname = '{name}'\nversion = '0.0.0'\nedition = '2024'\n[features]\nannotated = []\n\
         [dependencies]\nrequest-arena = {{ path = '{}' }}\n[workspace]\n",
        root.display()
    );
    fs::create_dir_all(package.join("src")).expect("a folder");
    fs::write(package.join("Cargo.toml"), manifest).expect("a manifest");
    fs::write(package.join("src/lib.rs"), lines.join("\n") + "\n").expect("a source");
    fs::copy(root.join("Cargo.lock"), package.join("Cargo.lock")).expect("the versions of the workspace");
    package
}

fn warning(message: &Value) -> Option<Warning> {
    let code = message["code"]["code"].as_str()?.to_owned();
    let spans = message["spans"].as_array().expect("a list of spans");
    let line = spans.iter().find(|span| span["is_primary"] == true)?["line_start"].as_u64().expect("a line");
    Some((code, line, message["message"].as_str().expect("a text").to_owned()))
}
