//! The services on mimalloc 2, counted, as it does not say what is live.

use std::process::ExitCode;

use failure_lab::worker::{self, Allocator};
use mimalloc::MiMalloc;
use request_arena::heap::{self, CountingAllocator};

#[global_allocator]
static GLOBAL: CountingAllocator<MiMalloc> = CountingAllocator::new(MiMalloc);

fn main() -> ExitCode {
    // Which mimalloc it is, is a feature of its crate, and features add up over all that one
    // `cargo` command builds.
    let version = MiMalloc.version();
    let (major, minor, patch) = (version / 10_000, version / 100 % 100, version % 100);
    if major != 2 {
        eprintln!(
            "this is mimalloc {major}.{minor}.{patch}: build `failure-lab-on-mimalloc-2` by a `cargo` command of its own"
        );
        return ExitCode::FAILURE;
    }
    heap::install(heap::allocated_by_thread);
    worker::main(&Allocator {
        name: "mimalloc-2",
        version: format!("{major}.{minor}.{patch}"),
        heap: || None,
    })
}
