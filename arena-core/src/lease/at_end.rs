//! What a lease runs when it ends, last in first out: values to drop, closures to call, forks to
//! close.
//!
//! The entries live in the arena itself, as a linked list with the newest first: registering one
//! costs an allocation from the arena and asks the heap for nothing. Forks within forks are a tree
//! of such lists, which the [close of a lease](super::Lease::close) walks in a loop.
//!
//! **Invariant (rule 4):** whatever runs user code here is `Send + 'static`. It runs after `'a` is
//! over, on the thread that ends the scope, so it can own nothing of the request.

use core::alloc::Layout;
use core::cell::Cell;
use core::ptr::NonNull;

use crate::panics::Panics;

/// The list of one lease. `Fork` is the lease itself, which this file knows nothing of.
pub(crate) struct AtEnd<Fork> {
    newest: Cell<Option<NonNull<Head<Fork>>>>,
}

// SAFETY: rule 4 (handle.rs): every entry's content is `Send`: a deferred value or closure by its
// bound, a lease by rule 1.
unsafe impl<Fork: Send> Send for AtEnd<Fork> {}

/// What an entry does at the end. Called once, with the head of the entry that it was stored in. A
/// fork is returned, to be closed by the caller: a chain of them is as long as a request likes.
type Finish<Fork> = unsafe fn(NonNull<Head<Fork>>, &mut Panics) -> Option<Box<Fork>>;

/// The first field of each entry, whatever it holds.
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

    /// Memory that an entry for a `T` needs.
    pub(crate) fn layout<T>() -> Layout {
        Layout::new::<Entry<Fork, T>>()
    }

    /// Keeps `value` in `memory`, to be dropped when the lease ends.
    ///
    /// # Safety
    ///
    /// `memory` is unused, fits [`AtEnd::layout::<T>()`](AtEnd::layout), and stays valid until
    /// [`AtEnd::run`].
    pub(crate) unsafe fn push_value<T: Send + 'static>(
        &self,
        memory: NonNull<u8>,
        value: T,
    ) -> NonNull<T> {
        unsafe fn drop_value<Fork, T>(
            head: NonNull<Head<Fork>>,
            panics: &mut Panics,
        ) -> Option<Box<Fork>> {
            // SAFETY: rule 4 (handle.rs): `finish` is only ever called with the entry it was stored
            // in.
            let value = unsafe { value_of::<Fork, T>(head) };
            // SAFETY: rule 4: it is called once, after `'a`, so nobody else has the value.
            panics.guard(|| unsafe { value.drop_in_place() });
            None
        }
        // SAFETY: rule 4, passed on from the caller.
        unsafe { self.push(memory, value, drop_value::<Fork, T>) }
    }

    /// Keeps `closure` in `memory`, to be called when the lease ends.
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
            // SAFETY: rule 4: as in `drop_value`; the closure is moved out and never touched again.
            let closure = unsafe { closure.read() };
            panics.guard(closure);
            None
        }
        // SAFETY: rule 4, passed on from the caller.
        unsafe { self.push(memory, closure, call::<Fork, F>) };
    }

    /// Keeps a fork's lease in `memory`, to be closed when this lease ends, and counted into its
    /// figures.
    ///
    /// # Safety
    ///
    /// As for [`AtEnd::push_value`].
    pub(crate) unsafe fn push_fork(&self, memory: NonNull<u8>, fork: Box<Fork>) -> NonNull<Fork> {
        unsafe fn take<Fork>(head: NonNull<Head<Fork>>, _: &mut Panics) -> Option<Box<Fork>> {
            // SAFETY: rule 4 (handle.rs): as in `drop_value`.
            let fork = unsafe { value_of::<Fork, Box<Fork>>(head) };
            // SAFETY: rule 3: the fork's handle ended with `'a`, so this is the only way to its
            // lease; it is moved out and never touched here again.
            Some(unsafe { fork.read() })
        }
        // SAFETY: rule 4, passed on from the caller.
        let mut fork = unsafe { self.push(memory, fork, take::<Fork>) };
        // SAFETY: rule 4: the entry was just written, and nobody else knows of it yet.
        let fork = unsafe { fork.as_mut() };
        NonNull::from(&mut **fork)
    }

    /// # Safety
    ///
    /// As for [`AtEnd::push_value`], and `finish` treats its argument as the head of an `Entry<T>`.
    unsafe fn push<T>(&self, memory: NonNull<u8>, value: T, finish: Finish<Fork>) -> NonNull<T> {
        let entry = memory.cast::<Entry<Fork, T>>();
        let head = Head { older: self.newest.get(), finish };
        // SAFETY: rule 4 (handle.rs): the caller gives unused memory with the layout of an
        // `Entry<T>`.
        unsafe { entry.write(Entry { head, value }) };
        self.newest.set(Some(entry.cast()));
        // SAFETY: rule 4: `entry` is the head of the entry just written.
        unsafe { value_of(entry.cast::<Head<Fork>>()) }
    }

    /// Runs the entries, newest first, up to a fork, which is for the caller to close before it
    /// goes on; `None` when all have run. One that panics does not stop the others.
    pub(crate) fn run_to_fork(&self, panics: &mut Panics) -> Option<Box<Fork>> {
        while let Some(newest) = self.newest.take() {
            // SAFETY: rule 4 (handle.rs): entries stay valid until the lease's memory is given
            // back, which comes after this.
            let (older, finish) = unsafe { (*newest.as_ptr()).parts() };
            self.newest.set(older);
            // SAFETY: rule 4: it is the entry that `finish` was stored in, and it has just left the
            // list.
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
    // SAFETY: rule 4 (handle.rs): the caller's promise, so the field lies in the entry.
    let value = unsafe { &raw mut (*entry).value };
    // SAFETY: rule 4: a field of an entry that is not null.
    unsafe { NonNull::new_unchecked(value) }
}
