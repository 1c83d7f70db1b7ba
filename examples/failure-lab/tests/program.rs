//! The program itself: with a real service in a process of its own, and with arguments that it
//! refuses.

use std::fs;
use std::process::{Command, Output};

fn failure_lab(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_failure-lab")).args(arguments).output().unwrap()
}

fn said(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[test]
fn the_report_names_what_grows() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("growth.svg");
    let picture = ["--picture", file.to_str().unwrap()];
    let output = failure_lab(
        &[&["real-growth", "--allocator", "glibc", "--seed", "3"], &picture[..]].concat(),
    );
    let (report, readings) = (said(&output.stdout), said(&output.stderr));
    assert!(output.status.success(), "{report}\n{readings}");
    let first = report.lines().find(|line| line.starts_with("real growth"));
    assert!(first.is_some_and(|line| line.contains("log_in")), "{report}");
    assert!(report.contains("remedy: ") && report.contains("unexplained"), "{report}");
    assert!(readings.contains("RssAnon") && readings.contains("; examined"), "{readings}");
    let picture = fs::read_to_string(file).unwrap();
    assert!(picture.contains("<title>real-growth on glibc: real growth ("), "{picture}");
    assert!(
        picture.contains("<path class=\"heap-live\"") && picture.ends_with("</svg>"),
        "{picture}"
    );
}

#[test]
fn the_error_for_a_picture_that_cannot_be_written_has_its_file() {
    let file = tempfile::tempdir().unwrap().path().join("gone").join("growth.svg");
    let output =
        failure_lab(&["mapped-file", "--allocator", "glibc", "--picture", file.to_str().unwrap()]);
    let said = said(&output.stderr);
    assert_eq!(output.status.code(), Some(1));
    assert!(
        said.contains("error: the picture cannot be written to ") && said.contains("growth.svg"),
        "{said}"
    );
}

#[test]
fn a_mode_is_refused_where_it_does_not_exist_with_the_reason() {
    let output = failure_lab(&["second-allocator", "--allocator", "glibc"]);
    assert_eq!(output.status.code(), Some(1));
    let said = said(&output.stderr);
    assert!(
        said.starts_with(
            "error: second-allocator does not have its failure on that allocator: LMDB allocates"
        ),
        "{said}"
    );
}
