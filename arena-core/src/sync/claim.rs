//! A value that one thread uses all the time and that other threads reach now and then. The owner
//! takes no lock and does no atomic read-modify-write. Other threads can still act for an owner
//! that is idle.
//!
//! The owner marks its value as busy, and checks for a call. A caller leaves a call, passes a
//! [heavy fence](crate::sync::heavy_fence), and answers for each owner that is not busy. The fence
//! guarantees that an owner which does not look busy to the caller sees the call at its next use.
//! That use takes a lock, and so waits for the caller. Without a call, the owner takes no lock.
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
//! A busy owner finds the call at its next use and answers it itself. Without a heavy fence, every
//! owner does so.
//!
//! Two simpler protocols are unsound: one word that both sides write, and a pointer that the owner
//! replaces by null without an atomic read-modify-write. A processor may delay the owner's write
//! until after its read, and then both sides have the value.
//!
//! **Invariant:** from a call until it is 0 again, a thread that reaches the value holds the lock,
//! or was busy before the call. Modelled with `loom` in `tests/loom.rs`.

use core::ops::{Deref, DerefMut};
use std::sync::atomic::Ordering::{AcqRel, Acquire, Relaxed, Release};

use crate::sync::{
    AtomicBool, AtomicU64, MutPtr, Mutex, UnsafeCell, heavy_fence, light_fence, lock,
};

/// A value that its owner or another thread can ask for something.
pub(crate) trait Answer: Send {
    /// The part of the value that an answer gives up. It is dropped after the access to the value
    /// has ended.
    type Given: Send;

    /// Does what `call` asks for. Runs under a lock that the owner may wait for.
    fn answer(&mut self, call: u64) -> Self::Given;
}

/// See the module. It is not `Sync`: the code that shares it decides which thread is the owner.
pub(crate) struct Claimable<T> {
    /// Whether the owner is using the value.
    busy: AtomicBool,
    /// The pending call, 0 if there is none. Of several calls the largest wins.
    call: AtomicU64,
    answering: Mutex<()>,
    value: UnsafeCell<T>,
}

/// The error if the owner already uses the value.
#[derive(Debug)]
pub(crate) struct Busy;

/// The owner's access to the value.
pub(crate) struct Entered<'c, T> {
    value: MutPtr<T>,
    // Dropped after `value`, because fields are dropped in order.
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

    /// Borrows the value, like a `RefCell`. Only the owner's thread may call it.
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

    /// Waits for a caller that may be answering, and answers if none did.
    #[cold]
    #[inline(never)]
    fn answer_as_owner(&self) {
        let turn = lock(&self.answering);
        let given = self.take_call().map(|call| self.answer(call));
        drop(turn);
        drop(given);
    }

    /// Leaves a call for the owner.
    fn call(&self, call: u64) {
        // `Acquire` makes the changes of an earlier caller to the value visible.
        self.call.fetch_max(call, AcqRel);
    }

    /// Answers for the owner, after a [call](Self::call) and a heavy fence. Returns `None` if the
    /// owner is busy or has already answered.
    fn answer_for_owner(&self) -> Option<T::Given> {
        let _turn = lock(&self.answering);
        // A call that is pending now was pending before the fence, because only one round of calls
        // runs at a time.
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

    /// Answers a call. The thread holds the lock and is the owner, or a caller that did not see the
    /// owner busy after a heavy fence.
    fn answer(&self, call: u64) -> T::Given {
        let value = self.value.get_mut();
        // SAFETY: rule 7 (handle.rs): the lock admits one of the owner and the callers at a time.
        // An owner that proceeds without the lock was busy before the call, and the caller has seen
        // that.
        unsafe { value.deref() }.answer(call)
    }
}

impl<T> Deref for Entered<'_, T> {
    type Target = T;

    #[inline(always)]
    fn deref(&self) -> &T {
        // SAFETY: rule 7 (handle.rs): the owner is marked as busy and has only one `Entered`, which
        // this reference borrows.
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

/// A type that contains a value with an owner.
pub(crate) trait Owned {
    /// The type of the value, see [`Claimable`].
    type Value: Answer;

    /// The part that other threads may reach.
    fn claimable(&self) -> &Claimable<Self::Value>;
}

/// The owners that other threads can reach. Its lock permits one round of calls at a time.
pub(crate) struct Reach<O>(pub(crate) Mutex<Vec<O>>);

impl<O: Deref<Target: Owned + Sized>> Reach<O> {
    /// Adds an owner: from now on calls reach it.
    pub(crate) fn join(&self, owner: O) {
        lock(&self.0).push(owner);
    }

    /// Removes an owner: from now on only the owner reaches its value.
    pub(crate) fn leave(&self, owner: &O::Target) {
        let mut owners = lock(&self.0);
        if let Some(index) =
            owners.iter().position(|listed| core::ptr::eq(&raw const **listed, owner))
        {
            owners.swap_remove(index);
        }
    }

    /// Calls all owners, and answers for those that are not busy. The others answer at the next use
    /// of their value.
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

/// The part of an owner's value that an answer gives up.
type Given<O> = <<<O as Deref>::Target as Owned>::Value as Answer>::Given;
