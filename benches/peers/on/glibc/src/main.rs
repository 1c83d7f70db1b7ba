//! The measurements on the system's `malloc`, which Rust takes if nothing else is said: glibc's on
//! most Linux systems.

use std::process::{Command, ExitCode};

use peers::worker::{self, Allocator};

fn main() -> ExitCode {
    // `glibc 2.36`; another system's library has no such variable.
    let output = Command::new("getconf").arg("GNU_LIBC_VERSION").output().ok();
    let text = output
        .filter(|output| output.status.success())
        .and_then(|output| String::from_utf8(output.stdout).ok());
    let version = text.and_then(|text| Some(text.trim().strip_prefix("glibc ")?.to_owned()));
    worker::main(&Allocator { name: "glibc", version, allocated: None })
}
