//! Assertions about memory pass and fail as they should, with jemalloc as the tests' allocator, and
//! while other tests do the same on other threads.
#![cfg(feature = "jemalloc")]

mod arenas;
mod memory;
mod scopes;
mod threads;

use std::hint::black_box;
use std::panic::{AssertUnwindSafe, catch_unwind};

use request_arena_core::{Site, scope};
use request_arena_memory::use_jemalloc;
use request_arena_testing::{Watch, watch};

/// A watch with heap allocations counted. The statement is here because a program has one global
/// allocator.
fn watch_heap() -> Watch {
    use_jemalloc!();
    watch()
}

/// The text of the panic that `work` ends in.
fn panic_of<R>(work: impl FnOnce() -> R) -> String {
    let Err(panic) = catch_unwind(AssertUnwindSafe(work)) else { panic!("there was no panic") };
    match panic.downcast::<String>() {
        Ok(text) => *text,
        Err(panic) => (*panic.downcast::<&str>().expect("a panic with a text")).to_owned(),
    }
}

/// A scope that uses so many bytes of its arena.
fn serve(site: &'static Site, bytes: usize) {
    scope(site, |arena| _ = arena.alloc_slice_fill_copy(bytes, 1_u8));
}

/// Allocates so many bytes from the heap, for a moment.
fn take(bytes: usize) {
    drop(black_box(vec![1_u8; bytes]));
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap()
}
