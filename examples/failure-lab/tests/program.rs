//! The program itself, with a real service in a process of its own; and what it says when it is asked for what is not there.

use std::process::{Command, Output};

fn failure_lab(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_failure-lab")).args(arguments).output().unwrap()
}

fn said(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[test]
fn a_service_that_grows_is_told_in_plain_words() {
    let output = failure_lab(&["real-growth", "--allocator", "glibc", "--seed", "3"]);
    let (report, readings) = (said(&output.stdout), said(&output.stderr));
    assert!(output.status.success(), "{report}\n{readings}");
    let first = report.lines().find(|line| line.starts_with("real growth"));
    assert!(first.is_some_and(|line| line.contains("log_in")), "{report}");
    assert!(report.contains("remedy: ") && report.contains("unexplained"), "{report}");
    assert!(readings.contains("RssAnon") && readings.contains("; examined"), "{readings}");
}

#[test]
fn a_mode_is_refused_where_it_does_not_exist_with_the_reason() {
    let output = failure_lab(&["second-allocator", "--allocator", "glibc"]);
    assert_eq!(output.status.code(), Some(1));
    let said = said(&output.stderr);
    assert!(said.starts_with("error: second-allocator is not what it is there: LMDB allocates"), "{said}");
}
