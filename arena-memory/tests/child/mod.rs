//! A test in a process of its own, with options for jemalloc in the environment. The test program
//! starts itself as a child.

use std::env;
use std::process::Command;

use request_arena_memory::jemalloc;

/// Set for a child. A test that needs a process of its own starts a child, unless it is one.
const CHILD: &str = "REQUEST_ARENA_TESTS_CHILD";

pub(crate) fn is_child() -> bool {
    env::var_os(CHILD).is_some()
}

/// The variable that this build reads, and the one that it ignores. Another package in the build
/// may have turned the prefix off.
pub(crate) fn variables() -> (&'static str, &'static str) {
    match jemalloc::start().prefixed {
        true => ("_RJEM_MALLOC_CONF", "MALLOC_CONF"),
        false => ("MALLOC_CONF", "_RJEM_MALLOC_CONF"),
    }
}

/// Runs a test with these variables, and returns its output.
///
/// # Panics
/// If it fails, or is not there.
pub(crate) fn child(test: &str, variables: &[(&str, &str)]) -> String {
    let output = Command::new(env::current_exe().unwrap())
        .args(["--exact", test, "--nocapture"])
        .env(CHILD, "1")
        .env_remove("MALLOC_CONF")
        .env_remove("_RJEM_MALLOC_CONF")
        .envs(variables.iter().copied())
        .output()
        .unwrap();
    let text = String::from_utf8([output.stdout, output.stderr].concat()).unwrap();
    assert!(output.status.success() && text.contains("1 passed"), "{text}");
    text
}
