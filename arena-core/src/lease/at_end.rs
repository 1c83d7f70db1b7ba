//! The tasks of a lease's end, last in first out: values to drop, closures to call, forks to close.
//!
//! The entries are a linked list in the arena itself, newest first. Registering one costs an
//! allocation from the arena and none from the heap. Forks of forks form a tree of such lists, and
//! the [close of a lease](super::Lease::close) walks that tree in a loop.
//!
//! **Invariant (rule 4):** every value and closure here is `Send + 'static`. Its code runs after
//! `'a` is over, on the thread that ends the scope, so it can own nothing of the request.

use core::alloc::Layout;
use core::cell::Cell;
use core::ptr::NonNull;

use crate::panics::Panics;

/// The list of one lease. `Fork` stands for the lease type, which this file does not depend on.
pub(crate) struct AtEnd<Fork> {
    newest: Cell<Option<NonNull<Head<Fork>>>>,
}

// SAFETY: rule 4 (handle.rs): the content of every entry is `Send`. A deferred value or closure is
// so by its bound, a lease by rule 1.
unsafe impl<Fork: Send> Send for AtEnd<Fork> {}

/// The task of an entry. It is called once, with the head of its own entry. It returns a fork
/// instead of closing it, because a request can chain any number of forks.
type Finish<Fork> = unsafe fn(NonNull<Head<Fork>>, &mut Panics) -> Option<Box<Fork>>;

/// The first field of each entry, for entries of every type.
struct Head<Fork> {
    older: Option<NonNull<Self>>,
    finish: Finish<Fork>,
}

#[repr(C)]
struct Entry<Fork, T> {
    head: Head<Fork>,
    value: T,
}

impl<Fork> AtEnd<Fork> {
    pub(crate) const fn new() -> Self {
        Self { newest: Cell::new(None) }
    }

    #[inline(always)]
    pub(crate) fn is_empty(&self) -> bool {
        self.newest.get().is_none()
    }

    /// Layout of an entry for a `T`.
    pub(crate) fn layout<T>() -> Layout {
        Layout::new::<Entry<Fork, T>>()
    }

    /// Stores `value` in `memory`, and drops it when the lease ends.
    ///
    /// # Safety
    ///
    /// `memory` is unused, fits [`AtEnd::layout::<T>()`](AtEnd::layout), and stays valid until
    /// [`AtEnd::run_to_fork`].
    pub(crate) unsafe fn push_value<T: Send + 'static>(
        &self,
        memory: NonNull<u8>,
        value: T,
    ) -> NonNull<T> {
        unsafe fn drop_value<Fork, T>(
            head: NonNull<Head<Fork>>,
            panics: &mut Panics,
        ) -> Option<Box<Fork>> {
            // SAFETY: rule 4 (handle.rs): `finish` is only ever called with the entry that stores
            // it.
            let value = unsafe { value_of::<Fork, T>(head) };
            // SAFETY: rule 4: `finish` is called once, after `'a`, so no other reference to the
            // value exists.
            panics.guard(|| unsafe { value.drop_in_place() });
            None
        }
        // SAFETY: rule 4: the caller makes the same promise.
        unsafe { self.push(memory, value, drop_value::<Fork, T>) }
    }

    /// Stores `closure` in `memory`, and calls it when the lease ends.
    ///
    /// # Safety
    ///
    /// As for [`AtEnd::push_value`].
    pub(crate) unsafe fn push_closure<F: FnOnce() + Send + 'static>(
        &self,
        memory: NonNull<u8>,
        closure: F,
    ) {
        unsafe fn call<Fork, F: FnOnce()>(
            head: NonNull<Head<Fork>>,
            panics: &mut Panics,
        ) -> Option<Box<Fork>> {
            // SAFETY: rule 4 (handle.rs): as in `drop_value`.
            let closure = unsafe { value_of::<Fork, F>(head) };
            // SAFETY: rule 4: as in `drop_value`. The closure is moved out and never touched again.
            let closure = unsafe { closure.read() };
            panics.guard(closure);
            None
        }
        // SAFETY: rule 4: the caller makes the same promise.
        unsafe { self.push(memory, closure, call::<Fork, F>) };
    }

    /// Stores a fork's lease in `memory`. When this lease ends, it closes the fork and adds the
    /// fork's figures to its own.
    ///
    /// # Safety
    ///
    /// As for [`AtEnd::push_value`].
    pub(crate) unsafe fn push_fork(&self, memory: NonNull<u8>, fork: Box<Fork>) -> NonNull<Fork> {
        unsafe fn take<Fork>(head: NonNull<Head<Fork>>, _: &mut Panics) -> Option<Box<Fork>> {
            // SAFETY: rule 4 (handle.rs): as in `drop_value`.
            let fork = unsafe { value_of::<Fork, Box<Fork>>(head) };
            // SAFETY: rule 3: the fork's handle ended with `'a`, so only this entry leads to the
            // fork's lease. It is moved out and never touched here again.
            Some(unsafe { fork.read() })
        }
        // SAFETY: rule 4: the caller makes the same promise.
        let mut fork = unsafe { self.push(memory, fork, take::<Fork>) };
        // SAFETY: rule 4: the entry was just written, and no other reference to it exists yet.
        let fork = unsafe { fork.as_mut() };
        NonNull::from(&mut **fork)
    }

    /// # Safety
    ///
    /// As for [`AtEnd::push_value`], and `finish` treats its argument as the head of an `Entry<T>`.
    unsafe fn push<T>(&self, memory: NonNull<u8>, value: T, finish: Finish<Fork>) -> NonNull<T> {
        let entry = memory.cast::<Entry<Fork, T>>();
        let head = Head { older: self.newest.get(), finish };
        // SAFETY: rule 4 (handle.rs): the caller passes unused memory with the layout of an
        // `Entry<T>`.
        unsafe { entry.write(Entry { head, value }) };
        self.newest.set(Some(entry.cast()));
        // SAFETY: rule 4: `entry` is the head of the entry just written.
        unsafe { value_of(entry.cast::<Head<Fork>>()) }
    }

    /// Runs the entries, newest first, up to the first fork. Returns that fork, which the caller
    /// must close before the next call, or `None` when all entries have run. A panic in one entry
    /// does not stop the others.
    pub(crate) fn run_to_fork(&self, panics: &mut Panics) -> Option<Box<Fork>> {
        while let Some(newest) = self.newest.take() {
            // SAFETY: rule 4 (handle.rs): entries stay valid until the lease's memory is freed,
            // which happens later.
            let (older, finish) = unsafe { (*newest.as_ptr()).parts() };
            self.newest.set(older);
            // SAFETY: rule 4: `finish` gets the entry that stores it, and that entry has just left
            // the list.
            let fork = unsafe { finish(newest, panics) };
            if fork.is_some() {
                return fork;
            }
        }
        None
    }
}

impl<Fork> Head<Fork> {
    fn parts(&self) -> (Option<NonNull<Self>>, Finish<Fork>) {
        (self.older, self.finish)
    }
}

/// The value behind an entry's head.
///
/// # Safety
///
/// `head` points at the head of an `Entry<T>`.
unsafe fn value_of<Fork, T>(head: NonNull<Head<Fork>>) -> NonNull<T> {
    let entry = head.cast::<Entry<Fork, T>>().as_ptr();
    // SAFETY: rule 4 (handle.rs): the caller promises an `Entry<T>`, so the field lies inside the
    // entry.
    let value = unsafe { &raw mut (*entry).value };
    // SAFETY: rule 4: the pointer to a field of an entry is not null.
    unsafe { NonNull::new_unchecked(value) }
}
