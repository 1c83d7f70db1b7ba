//! What one thread uses all the time and others reach now and then: the owner takes no lock and
//! does no atomic read-modify-write, and a thread that is idle for long answers all the same.
//!
//! The owner marks what it has as busy, and looks whether it is called. A caller leaves its call,
//! passes a [heavy fence](crate::sync::heavy_fence), and answers for each owner that is not busy. By the
//! fence, an owner that the caller does not see busy sees the call when it comes next. It then
//! waits for the caller, by a lock that it takes only then.
//!
//! ```text
//! owner                          caller
//!   busy = true                    call = what is wanted
//!   light fence                    heavy fence, once for all owners
//!   if call != 0: lock, answer     lock; if call != 0 and not busy: answer, call = 0
//!   ..
//!   busy = false
//! ```
//!
//! An owner that is busy, or any where there is no heavy fence, finds the call and answers it
//! itself.
//!
//! Two simpler protocols are unsound: one word that both sides write, and a pointer that the owner
//! replaces by null without an atomic read-modify-write. A processor may delay the owner's write
//! until after its read, and both have the value.
//!
//! **Invariant:** from a call on until it is 0 again, a thread that reaches the value holds the
//! lock, or was busy before the call. Modelled with `loom` in `tests/loom.rs`.

use core::ops::{Deref, DerefMut};
use std::sync::atomic::Ordering::{AcqRel, Acquire, Relaxed, Release};

use crate::sync::{
    AtomicBool, AtomicU64, MutPtr, Mutex, UnsafeCell, heavy_fence, light_fence, lock,
};

/// What may be asked of a value, by its owner or another thread.
pub(crate) trait Answer: Send {
    /// What is given up for it. It is dropped when the value is out of reach again.
    type Given: Send;

    /// Does what a call wants. Runs under a lock that the owner may wait for.
    fn answer(&mut self, call: u64) -> Self::Given;
}

/// See the module. It is not `Sync`: the code that shares it says which thread is its owner.
pub(crate) struct Claimable<T> {
    /// The owner has the value.
    busy: AtomicBool,
    /// What is wanted; 0 is nothing, and of several calls the largest counts.
    call: AtomicU64,
    answering: Mutex<()>,
    value: UnsafeCell<T>,
}

/// The value is in use by its owner already.
#[derive(Debug)]
pub(crate) struct Busy;

/// The value, for its owner.
pub(crate) struct Entered<'c, T> {
    value: MutPtr<T>,
    // After the value, as fields are dropped.
    _leave: Leave<'c>,
}

struct Leave<'c>(&'c AtomicBool);

impl Drop for Leave<'_> {
    #[inline(always)]
    fn drop(&mut self) {
        self.0.store(false, Release);
    }
}

impl<T: Answer> Claimable<T> {
    pub(crate) fn new(value: T) -> Self {
        Self {
            busy: AtomicBool::new(false),
            call: AtomicU64::new(0),
            answering: Mutex::new(()),
            value: UnsafeCell::new(value),
        }
    }

    /// The value, for the owner's thread: as of a `RefCell`.
    #[inline(always)]
    pub(crate) fn try_borrow_mut(&self) -> Result<Entered<'_, T>, Busy> {
        if self.busy.load(Relaxed) {
            return Err(Busy);
        }
        self.busy.store(true, Relaxed);
        let leave = Leave(&self.busy);
        light_fence();
        if self.call.load(Acquire) != 0 {
            self.answer_as_owner();
        }
        Ok(Entered { value: self.value.get_mut(), _leave: leave })
    }

    /// Waits for the caller that may be answering, and answers if none did.
    #[cold]
    #[inline(never)]
    fn answer_as_owner(&self) {
        let turn = lock(&self.answering);
        let given = self.take_call().map(|call| self.answer(call));
        drop(turn);
        drop(given);
    }

    /// Leaves a call.
    fn call(&self, call: u64) {
        // Acquires what a thread that called before did to the value.
        self.call.fetch_max(call, AcqRel);
    }

    /// Answers for the owner, after a [call](Self::call) and a heavy fence; not if the owner is
    /// busy, or has answered.
    fn answer_for_owner(&self) -> Option<T::Given> {
        let _turn = lock(&self.answering);
        // A call that is here now has been here since before the fence: only the one round that
        // runs calls.
        if self.call.load(Acquire) == 0 || self.busy.load(Acquire) {
            return None;
        }
        let given = self.answer(self.call.load(Relaxed));
        self.call.store(0, Release);
        Some(given)
    }

    fn take_call(&self) -> Option<u64> {
        Some(self.call.swap(0, AcqRel)).filter(|&call| call != 0)
    }

    /// With the lock, by the owner, or by a caller that did not see it busy after a heavy fence.
    fn answer(&self, call: u64) -> T::Given {
        let value = self.value.get_mut();
        // SAFETY: rule 7 (handle.rs): of the owner and the callers, the lock lets one in, and an
        // owner that has gone on without it was busy before the call, which the caller has seen.
        unsafe { value.deref() }.answer(call)
    }
}

impl<T> Deref for Entered<'_, T> {
    type Target = T;

    #[inline(always)]
    fn deref(&self) -> &T {
        // SAFETY: rule 7 (handle.rs): the owner is marked as busy and has one `Entered`, which this
        // borrows.
        unsafe { self.value.deref() }
    }
}

impl<T> DerefMut for Entered<'_, T> {
    #[inline(always)]
    fn deref_mut(&mut self) -> &mut T {
        // SAFETY: as above.
        unsafe { self.value.deref() }
    }
}

/// Where an owner has its value.
pub(crate) trait Owned {
    /// See [`Claimable`].
    type Value: Answer;

    /// What others may reach of it.
    fn claimable(&self) -> &Claimable<Self::Value>;
}

/// The owners that others can reach. Its lock lets one round of calls run at a time.
pub(crate) struct Reach<O>(pub(crate) Mutex<Vec<O>>);

impl<O: Deref<Target: Owned + Sized>> Reach<O> {
    /// From now on `owner` is called.
    pub(crate) fn join(&self, owner: O) {
        lock(&self.0).push(owner);
    }

    /// From now on only the owner reaches its value.
    pub(crate) fn leave(&self, owner: &O::Target) {
        let mut owners = lock(&self.0);
        if let Some(index) =
            owners.iter().position(|listed| core::ptr::eq(&raw const **listed, owner))
        {
            owners.swap_remove(index);
        }
    }

    /// Calls all owners, and answers for those that are not busy. The others answer when they use
    /// their value next.
    ///
    /// Costs a lock and a cache line for each owner, and one heavy fence.
    pub(crate) fn call(&self, call: u64) -> Vec<Given<O>> {
        let owners = lock(&self.0);
        let claimables = owners.iter().map(|owner| owner.claimable());
        claimables.clone().for_each(|claimable| claimable.call(call));
        if heavy_fence() {
            claimables.filter_map(Claimable::answer_for_owner).collect()
        } else {
            Vec::new()
        }
    }
}

/// What an owner's value gives up for a call.
type Given<O> = <<<O as Deref>::Target as Owned>::Value as Answer>::Given;
