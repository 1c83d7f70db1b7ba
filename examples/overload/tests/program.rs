//! The program itself: with arguments that it refuses, and with an unusable guide.
//!
//! The runs need an optimised build and a minute, so `.ci/run` starts them, and no test does.

use std::process::{Command, Output};

fn overload(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_overload")).args(arguments).output().unwrap()
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[test]
fn an_unusable_guide_is_an_error_before_any_run() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("guide.md");
    std::fs::write(&file, "<!-- overload: picture flood -->\n<!-- overload: end -->\n").unwrap();
    let output = overload(&["all", "--guide", file.to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(1));
    let said = said(&output);
    assert!(said.starts_with("error: the guide ") && said.contains("`flood`"), "{said}");
}

#[test]
fn a_group_that_does_not_exist_is_an_error_with_its_file() {
    let output = overload(&["enter", "/sys/fs/cgroup/gone", "--mode=off"]);
    assert_eq!(output.status.code(), Some(1));
    let said = said(&output);
    assert!(said.contains("cannot write /sys/fs/cgroup/gone/cgroup.procs"), "{said}");
}
