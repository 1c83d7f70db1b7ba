//! `request_arena::testing` in the tests of a service, with a counting allocator for the heap. Also
//! its page, `docs/book/src/testing.md`.

mod failing;
mod handlers;
mod page;

#[path = "../support/mod.rs"]
mod support;

use core::cell::Cell;
use std::alloc::{GlobalAlloc, Layout, System};

use request_arena::heap;

struct Counting;

thread_local! {
    static ALLOCATED: Cell<u64> = const { Cell::new(0) };
}

// SAFETY: every method forwards to the system's allocator. The count is separate.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // The thread's locals may already be gone. No test reads the count then.
        let _ =
            ALLOCATED.try_with(|allocated| allocated.set(allocated.get() + layout.size() as u64));
        // SAFETY: the caller keeps the contract.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, memory: *mut u8, layout: Layout) {
        // SAFETY: the caller keeps the contract.
        unsafe { System.dealloc(memory, layout) };
    }
}

#[global_allocator]
static HEAP: Counting = Counting;

/// Held by tests that measure the memory of the process, and by tests that panic. A backtrace keeps
/// the debug information that it loads.
static ALONE: tokio::sync::Mutex<()> = tokio::sync::Mutex::const_new(());

/// Installs the hook before the test begins to watch.
fn count_heap() {
    heap::install(|| ALLOCATED.try_with(Cell::get).unwrap_or(0));
}
