//! Where a thread has its [`Local`], and how other threads reach it.

use std::cell::Cell;

use super::elsewhere;
use super::local::Local;
use crate::coverage;
use crate::lease::Lease;
use crate::sync::claim::{Claimable, Entered, Owned, Reach};
use crate::sync::{Mutex, lock};

/// See the module. Slots are never freed but used again: there are as many as threads ever had one
/// at once.
pub(super) struct ThreadSlot {
    /// The arena that was closed last, until its scope's run ends: a moment later, on this thread.
    pub(super) parked: Cell<Option<Box<Lease>>>,
    pub(super) local: Claimable<Local>,
}

// SAFETY: rule 7 (handle.rs): a slot is in one thread's `OWN`, or empty in the list of free ones,
// which a lock guards. Other threads find it in `REACH`, which leads to nothing but its
// `Claimable`.
unsafe impl Sync for ThreadSlot {}

static FREE: Mutex<Vec<&'static ThreadSlot>> = Mutex::new(Vec::new());
/// The slots of threads that have not ended.
static REACH: Reach<&'static ThreadSlot> = Reach(Mutex::new(Vec::new()));

impl Owned for ThreadSlot {
    type Value = Local;

    fn claimable(&self) -> &Claimable<Local> {
        &self.local
    }
}

thread_local! {
    // Needs no destructor, so that reaching it is one load.
    static OWN: Cell<Option<&'static ThreadSlot>> = const { Cell::new(None) };
    static AT_THREAD_END: AtThreadEnd = const { AtThreadEnd };
}

/// Empties the thread's slot at its end, and leaves it to the next thread.
struct AtThreadEnd;

impl Drop for AtThreadEnd {
    fn drop(&mut self) {
        let Some(slot) = OWN.take() else { return };
        // Taken out first: values that are dropped here may look for the thread's slot.
        let parked = slot.parked.take();
        REACH.leave(slot);
        let Ok(mut entered) = slot.local.try_borrow_mut() else { return };
        let mut local = core::mem::replace(&mut *entered, Local::NEW);
        drop(entered);
        for lease in local.parked_before.drain(..).chain(parked) {
            // Its run ends on another thread, which looks for it there.
            if lease.home().is_open() {
                elsewhere::park(lease);
            }
        }
        drop(local);
        lock(&FREE).push(slot);
    }
}

/// The thread's slot. `None` before its first scope, and when the thread is about to end.
#[inline(always)]
pub(super) fn own() -> Option<&'static ThreadSlot> {
    OWN.get()
}

/// Borrows the thread's state. `None` when the thread is about to end: a scope in the destructor of
/// a thread local.
///
/// Also `None` while the state is borrowed, which a scope does not meet: no code of the user runs
/// meanwhile. A global allocator that opens scopes is not supported.
#[inline(always)]
pub(super) fn enter() -> Option<Entered<'static, Local>> {
    match OWN.get() {
        Some(slot) => slot.local.try_borrow_mut().ok(),
        None => first(),
    }
}

#[cold]
#[inline(never)]
fn first() -> Option<Entered<'static, Local>> {
    AT_THREAD_END.try_with(|_| ()).ok()?;
    let free = lock(&FREE).pop();
    let make = || {
        let slot = ThreadSlot { parked: Cell::new(None), local: Claimable::new(Local::NEW) };
        &*Box::leak(Box::new(slot))
    };
    let slot = free.unwrap_or_else(|| coverage::own(make));
    coverage::own(|| REACH.join(slot));
    OWN.set(Some(slot));
    slot.local.try_borrow_mut().ok()
}

/// Has all threads free of their places what `call` names, idle threads at once: see
/// [`Places::answer`](crate::pool::places::Places::answer).
pub(super) fn call(call: u64) {
    let freed = coverage::own(|| REACH.call(call));
    drop(freed);
    // Where the system has no barrier, each thread answers when it next looks. This one does now.
    drop(OWN.get().map(|slot| slot.local.try_borrow_mut()));
}
