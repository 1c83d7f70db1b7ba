//! The worker of `peers`: its measurements, on the global allocator that a feature selects.
//!
//! `cargo run --release -p peers` builds it once for each allocator. jemalloc is set up as
//! request-arena sets it up for a service; the others have their defaults.

use std::process::ExitCode;

#[cfg(not(feature = "jemalloc"))]
#[global_allocator]
static GLOBAL: worker_harness::Selected = worker_harness::SELECTED;

fn main() -> ExitCode {
    #[cfg(feature = "jemalloc")]
    request_arena::use_jemalloc!();
    peers::worker::main()
}
