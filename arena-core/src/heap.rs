//! Heap coverage: the bytes that a scope's code allocates from the heap, outside its arena.
//!
//! [`install`] registers the allocator's counter of the current thread. A scope reads it when its
//! code begins to run and when it stops: around a function, and around every poll of a future. The
//! scope subtracts allocations of request-arena itself, mainly the chunks of arenas. A nested scope
//! counts in both scopes.
//!
//! A [`RequestHeap`] counts the bytes that a request allocates before and after its scope. A guard
//! ([`RequestScope`](crate::RequestScope)) is not measured, because code between its creation and
//! its drop need not belong to the scope.

pub use crate::coverage::counting::{
    CountingAllocator, allocated_by_thread, live_bytes, take_largest,
};
pub use crate::coverage::{Hook, install, is_installed};
pub use crate::live_heap::{HeapOwner, LiveHeap, LiveHeapByOwner, LiveHeapOf};
pub use crate::thread::request_heap::RequestHeap;

/// Live heap memory by handler, from samples of an allocator.
pub mod live {
    pub use crate::live_heap::{
        by_handler, by_stack, freed, interval, pause, receive, resume, sampled, start,
    };
}
