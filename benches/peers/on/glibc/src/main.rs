//! The measurements on the system's `malloc`, which Rust takes if nothing else is said: glibc's on most Linux systems.

use std::process::ExitCode;

use peers::worker::{self, Allocator};

fn main() -> ExitCode {
    worker::main(&Allocator { version: None, allocated: None })
}
