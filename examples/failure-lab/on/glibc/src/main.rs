//! The services on the system's `malloc`, glibc's on most Linux systems, counted, as it says what
//! is live only after a walk over its heaps.

use std::alloc::System;
use std::process::ExitCode;

use failure_lab::worker::{self, Allocator};
use request_arena::heap::{self, CountingAllocator};

#[global_allocator]
static GLOBAL: CountingAllocator<System> = CountingAllocator::new(System);

fn main() -> ExitCode {
    heap::install(heap::allocated_by_thread);
    worker::main(&Allocator { name: "glibc", version: String::new(), heap: || None })
}
