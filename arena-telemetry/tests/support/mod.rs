//! What the tests share: the tools of Prometheus, and how a test says that one is missing.

#![allow(dead_code, reason = "each test binary uses a part of it")]

use std::io::{Write, stderr};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

/// Whether `tool` can be run. If not, the test is skipped and says so, past the capture of test
/// output; where `CI` is set it fails.
///
/// # Panics
/// If the tool is missing and `CI` is set.
pub(crate) fn has(tool: &str) -> bool {
    if Command::new(tool).arg("--version").output().is_ok() {
        return true;
    }
    assert!(
        std::env::var_os("CI").is_none(),
        "{tool} is not installed (apt-get install prometheus)"
    );
    let _ = writeln!(stderr(), "SKIPPED: {tool} is not installed (apt-get install prometheus)");
    false
}

/// Runs `promtool` in the folder of the dashboard and the rules.
///
/// # Panics
/// If it cannot be run.
pub(crate) fn promtool(args: &[&str], input: &str) -> Output {
    let mut command = Command::new("promtool");
    command
        .args(args)
        .current_dir(dashboards())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut promtool = command.spawn().unwrap();
    promtool.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    promtool.wait_with_output().unwrap()
}

/// Everything that the command has printed.
pub(crate) fn printed(output: &Output) -> String {
    format!(
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    )
}

/// The folder of the dashboard and the rules.
pub(crate) fn dashboards() -> PathBuf {
    // The tests of the search server are in another package.
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folders =
        ["dashboards", "../../arena-telemetry/dashboards"].map(|folder| package.join(folder));
    folders.into_iter().find(|folder| folder.is_dir()).unwrap()
}
