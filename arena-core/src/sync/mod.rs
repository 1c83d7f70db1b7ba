//! Synchronization primitives of the whole crate. They are in one place because two kinds of test
//! replace them.
//!
//! The loom tests compile files of this crate over `loom`'s primitives, and try every interleaving.
//! ThreadSanitizer sees only code that was compiled with it, and the standard library's locks are
//! not. With `--cfg request_arena_visible_locks` the locks are `parking_lot`'s, which it sees.

#[cfg(request_arena_visible_locks)]
pub(crate) use parking_lot::{Mutex, MutexGuard};
pub(crate) use std::sync::Arc;
pub(crate) use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU64};
#[cfg(not(request_arena_visible_locks))]
pub(crate) use std::sync::{Mutex, MutexGuard};

pub(crate) use self::barrier::{heavy_fence, light_fence};

pub(crate) mod barrier;
pub(crate) mod claim;

/// Locks a mutex. A poisoned mutex is used as well: no lock here is held while user code runs.
#[cfg(not(request_arena_visible_locks))]
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}

/// As above. `parking_lot` has no poisoning.
#[cfg(request_arena_visible_locks)]
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock()
}

/// A cell with `loom`'s interface: access goes through a pointer that marks the duration of the
/// use.
pub(crate) struct UnsafeCell<T>(core::cell::UnsafeCell<T>);

impl<T> UnsafeCell<T> {
    pub(crate) const fn new(value: T) -> Self {
        Self(core::cell::UnsafeCell::new(value))
    }

    #[inline(always)]
    pub(crate) fn get_mut(&self) -> MutPtr<T> {
        MutPtr(self.0.get())
    }
}

/// A pointer to the value in an [`UnsafeCell`].
pub(crate) struct MutPtr<T>(*mut T);

impl<T> MutPtr<T> {
    /// # Safety
    ///
    /// No other reference to the value exists while the returned one is in use.
    #[inline(always)]
    #[allow(
        clippy::mut_from_ref,
        reason = "loom has this signature, and the caller ensures a unique reference"
    )]
    pub(crate) unsafe fn deref(&self) -> &mut T {
        // SAFETY: the caller promises that no other reference exists. The cell is borrowed for
        // longer than the result lives.
        unsafe { &mut *self.0 }
    }
}
