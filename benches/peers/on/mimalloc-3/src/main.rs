//! The measurements on mimalloc 3.

use std::process::ExitCode;

use mimalloc::MiMalloc;
use peers::worker::{self, Allocator};

#[global_allocator]
static GLOBAL: MiMalloc = MiMalloc;

fn main() -> ExitCode {
    // Which mimalloc it is, is a feature of its crate, and features add up over all that one
    // `cargo` command builds.
    let version = GLOBAL.version();
    let (major, minor, patch) = (version / 10_000, version / 100 % 100, version % 100);
    if major != 3 {
        eprintln!(
            "this is mimalloc {major}.{minor}.{patch}, not 3: build `peers-on-mimalloc-3` by a `cargo` command of its own"
        );
        return ExitCode::FAILURE;
    }
    worker::main(&Allocator {
        name: "mimalloc-3",
        version: Some(format!("{major}.{minor}.{patch}")),
        allocated: None,
    })
}
