//! Heap coverage: the bytes that a scope's code allocates from the heap, outside its arena.
//!
//! [`install`] gives request-arena the allocator's own counter of the thread. Scopes read it when
//! their code begins to run and when it stops: around a function, and around every poll of a future.
//! Allocations of request-arena itself, the chunks of arenas above all, are taken off. A scope within
//! a scope counts in both.
//!
//! A [`RequestHeap`] counts what a request allocates before and after its scope. A guard
//! ([`RequestScope`](crate::RequestScope)) is not measured, because code between its beginning and
//! its end need not belong to the scope.

pub use crate::coverage::counting::{
    CountingAllocator, allocated_by_thread, live_bytes, take_largest,
};
pub use crate::coverage::{Hook, install, is_installed};
pub use crate::thread::request_heap::RequestHeap;
