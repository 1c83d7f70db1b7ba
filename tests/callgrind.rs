//! The counter of the instruction bench: it counts a real program's loop under valgrind, and says
//! what to do if valgrind is missing.

#[path = "../benches/common/callgrind.rs"]
mod callgrind;

use std::io::{Write, stderr};
use std::process::Command;

use callgrind::{Error, per_iteration};

/// A shell that runs a loop this many times, and other commands before it.
fn shell(iterations: u64, before: &str) -> Command {
    let mut shell = Command::new("sh");
    // Clear the environment: its variables are in the shell's tables too, and differ between
    // machines.
    let others =
        std::env::vars_os().map(|(name, _)| name).filter(|name| name != "PATH" && name != "HOME");
    for name in others {
        shell.env_remove(name);
    }
    shell
        .arg("-c")
        .arg(format!("{before}; i=0; while [ $i -lt {iterations} ]; do i=$((i+1)); done"));
    shell
}

/// Whether valgrind is installed. If not, the test is skipped with a message that is not captured.
/// If `CI` is set, it fails.
fn has_valgrind() -> bool {
    if Command::new("valgrind").arg("--version").output().is_ok() {
        return true;
    }
    assert!(std::env::var_os("CI").is_none(), "{}", Error::Missing);
    let _ = writeln!(stderr(), "SKIPPED: {}", Error::Missing);
    false
}

#[test]
fn an_iteration_costs_the_same_after_any_start() {
    if !has_valgrind() {
        return;
    }
    let count = |before: &str| {
        per_iteration(1000, |iterations| shell(iterations, before)).expect("a count")
    };
    let (bare, laden) = (count(":"), count("i=0; while [ $i -lt 2000 ]; do i=$((i+1)); done"));
    assert!(bare > 100.0, "a turn of a shell's loop in {bare} instructions");
    // If the count included the two thousand rounds before, it would be three times as large.
    assert!((bare - laden).abs() < bare / 20.0, "{bare} and {laden}");
}

#[test]
fn a_program_that_fails_is_named_with_its_output() {
    if !has_valgrind() {
        return;
    }
    let error = per_iteration(1, |iterations| shell(iterations, "echo no cities >&2; exit 3"))
        .unwrap_err()
        .to_string();
    assert!(error.contains("exit status: 3") && error.contains("no cities"), "{error}");
}

#[test]
fn without_valgrind_the_error_says_how_to_get_it() {
    let nowhere = |iterations| {
        let mut command = shell(iterations, ":");
        command.env("PATH", "/nowhere");
        command
    };
    let error = per_iteration(1, nowhere).unwrap_err().to_string();
    assert!(
        error.contains("`valgrind` is not installed") && error.contains("apt-get install valgrind"),
        "{error}"
    );
}
