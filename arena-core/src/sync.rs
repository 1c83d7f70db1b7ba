//! The locks of this crate, in one place, since two kinds of test replace them.
//!
//! The loom test compiles a file over `loom`'s, and tries every interleaving. ThreadSanitizer sees only
//! code that was compiled with it, which the standard library's locks are not: with
//! `--cfg request_arena_visible_locks` they are `parking_lot`'s, which it does see.

#[cfg(request_arena_visible_locks)]
pub(crate) use parking_lot::{Mutex, MutexGuard};
pub(crate) use std::sync::Arc;
#[cfg(not(request_arena_visible_locks))]
pub(crate) use std::sync::{Mutex, MutexGuard};

/// Locks a mutex. One whose holder panicked guards what it did: no lock here is held over the user's code.
#[cfg(not(request_arena_visible_locks))]
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}

/// As the other one.
#[cfg(request_arena_visible_locks)]
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock()
}
