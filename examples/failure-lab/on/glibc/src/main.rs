//! The services on the system's `malloc`, which Rust takes if nothing else is said: glibc's on most Linux systems.

use std::process::ExitCode;

use failure_lab::worker::{self, Allocator};

fn main() -> ExitCode {
    worker::main(&Allocator { name: "glibc", version: String::new(), heap: || None })
}
