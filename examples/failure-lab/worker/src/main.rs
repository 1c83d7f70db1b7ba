//! The worker of `failure-lab`: its services, on the global allocator that a feature selects.
//!
//! `cargo run --release -p failure-lab` builds it once for each allocator.

use std::process::ExitCode;

/// Counts live bytes: mimalloc does not report them, and glibc only after a walk over its heaps.
#[cfg(not(feature = "jemalloc"))]
#[global_allocator]
static GLOBAL: request_arena::heap::CountingAllocator<worker_harness::Selected> =
    request_arena::heap::CountingAllocator::new(worker_harness::SELECTED);

fn main() -> ExitCode {
    #[cfg(feature = "jemalloc")]
    request_arena::use_jemalloc!();
    #[cfg(not(feature = "jemalloc"))]
    request_arena::heap::install(request_arena::heap::allocated_by_thread);
    failure_lab::worker::main()
}
