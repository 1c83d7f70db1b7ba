//! The measurements on jemalloc, set up as request-arena sets it up for a service.

use std::process::ExitCode;

use peers::worker::{self, Allocator};
use request_arena::jemalloc;

fn main() -> ExitCode {
    request_arena::use_jemalloc!();
    if !jemalloc::start().global {
        eprintln!("jemalloc is not this program's global allocator");
        return ExitCode::FAILURE;
    }
    let version = tikv_jemalloc_ctl::version::read()
        .ok()
        .map(|version| version.trim_end_matches('\0').to_owned());
    worker::main(&Allocator {
        name: "jemalloc",
        version,
        allocated: Some(jemalloc::allocated_by_thread),
    })
}
