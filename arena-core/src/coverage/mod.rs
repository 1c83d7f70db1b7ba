//! Heap coverage: the bytes that a scope's code allocates from the heap, outside its arena.
//!
//! A scope reads the allocator's counter of the current thread through a [`Hook`]. It reads when
//! its code begins to run and when it stops: around a function, and around every poll of a future.
//! The scope subtracts allocations of request-arena itself, mainly the chunks of arenas.

use std::cell::Cell;
use std::sync::OnceLock;

use crate::figures::measures;

pub(crate) mod around;
pub(crate) mod counting;
pub(crate) mod running;
mod sampling;

/// A function that returns the bytes that the current thread has allocated from the heap since it
/// started, freed or not. The count never falls.
pub type Hook = fn() -> u64;

static HOOK: OnceLock<Hook> = OnceLock::new();

thread_local! {
    /// Bytes that request-arena itself has allocated on this thread.
    static OWN: Cell<u64> = const { Cell::new(0) };
}

/// Installs the hook. Returns `false` and keeps the existing hook if there is one already.
///
/// For jemalloc, `use_jemalloc!()` installs the counter behind `thread.allocatedp`. request-arena
/// calls the hook twice for each poll. The hook must neither panic nor open a scope.
///
/// ```
/// use request_arena_core::heap;
///
/// fn allocated_by_this_thread() -> u64 {
///     // The allocator's counter.
/// #   0
/// }
///
/// assert!(heap::install(allocated_by_this_thread));
/// assert!(heap::is_installed());
/// ```
pub fn install(hook: Hook) -> bool {
    let is_first = HOOK.set(hook).is_ok();
    measures::want_heap();
    is_first
}

/// Returns whether a hook is installed.
#[inline]
#[must_use]
pub fn is_installed() -> bool {
    HOOK.get().is_some()
}

/// Returns the bytes that code outside request-arena has allocated on this thread, from some fixed
/// number on. `None` without a hook.
#[inline(always)]
pub(crate) fn reading() -> Option<u64> {
    HOOK.get().map(|hook| hook().wrapping_sub(OWN.get()))
}

/// Runs code of request-arena that allocates, and subtracts its bytes.
pub(crate) fn own<R>(work: impl FnOnce() -> R) -> R {
    let _own = running::Own::begin();
    let before = reading();
    let result = work();
    if let (Some(before), Some(after)) = (before, reading()) {
        own_bytes(after.wrapping_sub(before));
    }
    result
}

/// Subtracts bytes that request-arena itself allocated on this thread.
pub(crate) fn own_bytes(bytes: u64) {
    OWN.set(OWN.get().wrapping_add(bytes));
}
