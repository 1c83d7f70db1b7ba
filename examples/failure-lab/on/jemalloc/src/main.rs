//! The services on jemalloc, set up as request-arena sets it up; the environment may turn its
//! background thread off.

use std::process::ExitCode;

use failure_lab::worker::{self, Allocator, Heap};
use request_arena::jemalloc;

fn main() -> ExitCode {
    request_arena::use_jemalloc!();
    let status = jemalloc::start();
    if !status.global || !status.prefixed {
        eprintln!(
            "jemalloc is not this program's allocator for Rust alone: build `failure-lab-on-jemalloc` by a `cargo` command of its own"
        );
        return ExitCode::FAILURE;
    }
    let version =
        tikv_jemalloc_ctl::version::read().unwrap_or_default().trim_end_matches('\0').to_owned();
    worker::main(&Allocator { name: "jemalloc", version, heap })
}

fn heap() -> Option<Heap> {
    let reading = jemalloc::read().ok()?;
    Some(Heap {
        allocated_bytes: reading.allocated_bytes,
        active_bytes: reading.active_bytes,
        resident_bytes: reading.resident_bytes,
        dirty_bytes: reading.dirty_bytes,
    })
}
