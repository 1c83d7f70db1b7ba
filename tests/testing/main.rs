//! `request_arena::testing` as a service's tests use it, with a counting allocator for the heap;
//! and its page, `docs/book/src/testing.md`.

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

// SAFETY: all is the system's allocator; a number is counted besides.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // After the end of the thread's locals nobody asks any more.
        let _ =
            ALLOCATED.try_with(|allocated| allocated.set(allocated.get() + layout.size() as u64));
        // SAFETY: the caller's promise, passed on.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, memory: *mut u8, layout: Layout) {
        // SAFETY: the caller's promise, passed on.
        unsafe { System.dealloc(memory, layout) };
    }
}

#[global_allocator]
static HEAP: Counting = Counting;

/// Held by what measures the memory of the process, and by what panics: a backtrace keeps what it
/// reads of the program.
static ALONE: tokio::sync::Mutex<()> = tokio::sync::Mutex::const_new(());

/// Installs the hook, before the test's watch begins.
fn count_heap() {
    heap::install(|| ALLOCATED.try_with(Cell::get).unwrap_or(0));
}
