//! Synchronization primitives of the modules that `tests/loom.rs` compiles over `loom`'s.

pub(crate) use std::sync::atomic::AtomicU64;
pub(crate) use std::sync::{Mutex, MutexGuard};

/// Locks a mutex. A poisoned mutex is used as well: no lock here is held while user code runs.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}
