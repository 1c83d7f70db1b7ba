//! The primitives under what threads share, in one place, since two kinds of test replace them.
//!
//! The loom tests compile files over `loom`'s, and try every interleaving. ThreadSanitizer sees
//! only code that was compiled with it, which the standard library's locks are not: with
//! `--cfg request_arena_visible_locks` they are `parking_lot`'s, which it does see.

#[cfg(request_arena_visible_locks)]
pub(crate) use parking_lot::{Mutex, MutexGuard};
pub(crate) use std::sync::Arc;
pub(crate) use std::sync::atomic::{AtomicBool, AtomicU64};
#[cfg(not(request_arena_visible_locks))]
pub(crate) use std::sync::{Mutex, MutexGuard};

pub(crate) use self::barrier::{heavy_fence, light_fence};

pub(crate) mod barrier;
pub(crate) mod claim;

/// Locks a mutex. A poisoned one is used as it is: no lock here is held over the user's code.
#[cfg(not(request_arena_visible_locks))]
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}

/// As the other one.
#[cfg(request_arena_visible_locks)]
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock()
}

/// As `loom` has it: a pointer to what is inside says how long it is used.
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

/// A pointer to what is in an [`UnsafeCell`].
pub(crate) struct MutPtr<T>(*mut T);

impl<T> MutPtr<T> {
    /// # Safety
    ///
    /// Nothing else has a reference to the value meanwhile.
    #[inline(always)]
    #[allow(
        clippy::mut_from_ref,
        reason = "the signature is loom's, and the caller's word stands for it"
    )]
    pub(crate) unsafe fn deref(&self) -> &mut T {
        // SAFETY: the caller's word. The pointer is of a cell that is borrowed for longer.
        unsafe { &mut *self.0 }
    }
}
