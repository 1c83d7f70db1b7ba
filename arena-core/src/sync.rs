//! The primitives under the ledger and under what threads reach of each other: tests compile the
//! same files over `loom`'s, which tries every interleaving.

pub(crate) use std::sync::atomic::{AtomicBool, AtomicU64};
pub(crate) use std::sync::{Arc, Mutex};

pub(crate) use crate::barrier::{heavy_fence, light_fence};

/// The flag's value, for the one thread that writes it: a comparison with memory, where an atomic load is a load and a
/// comparison.
///
/// # Safety
///
/// Only this thread writes the flag.
#[inline(always)]
pub(crate) unsafe fn own_load(flag: &AtomicBool) -> bool {
    // SAFETY: the caller's word. Other threads do no more than read it meanwhile, which races with no other read.
    unsafe { *flag.as_ptr() }
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
    #[allow(clippy::mut_from_ref, reason = "the signature is loom's, and the caller's word stands for it")]
    pub(crate) unsafe fn deref(&self) -> &mut T {
        // SAFETY: the caller's word. The pointer is of a cell that is borrowed for longer.
        unsafe { &mut *self.0 }
    }
}
