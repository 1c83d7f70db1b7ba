//! The place of a thread's [`Local`], and the way by which other threads reach it.

use std::cell::Cell;

use super::elsewhere;
use super::local::Local;
use crate::coverage;
use crate::lease::Lease;
use crate::sync::claim::{Claimable, Entered, Owned, Reach};
use crate::sync::{Mutex, lock};

/// See the module. Slots are never freed, but reused: there are as many as threads ever had one at
/// the same time.
pub(super) struct ThreadSlot {
    /// The arena that was closed last. It stays here until its scope's run ends, a moment later on
    /// this thread.
    pub(super) parked: Cell<Option<Box<Lease>>>,
    pub(super) local: Claimable<Local>,
}

// SAFETY: rule 7 (handle.rs): a slot is in one thread's `OWN`, or it is empty and in `FREE`, which
// a lock guards. Other threads find it in `REACH`, and reach only its `Claimable` from there.
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
    // Without a destructor, access is a single load.
    static OWN: Cell<Option<&'static ThreadSlot>> = const { Cell::new(None) };
    static AT_THREAD_END: AtThreadEnd = const { AtThreadEnd };
}

/// Empties the thread's slot when the thread ends, and frees the slot for another thread.
struct AtThreadEnd;

impl Drop for AtThreadEnd {
    fn drop(&mut self) {
        let Some(slot) = OWN.take() else { return };
        // Taken out first, because values that are dropped below may look for the thread's slot.
        let parked = slot.parked.take();
        REACH.leave(slot);
        let Ok(mut entered) = slot.local.try_borrow_mut() else { return };
        let mut local = core::mem::replace(&mut *entered, Local::NEW);
        drop(entered);
        for lease in local.parked_before.drain(..).chain(parked) {
            // Another thread ends its run, and looks for the arena there.
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

/// Borrows the thread's state. `None` when the thread is about to end, as for a scope in the
/// destructor of a thread local.
///
/// Also `None` while the state is borrowed. A scope does not meet this case, because no user code
/// runs during such a borrow. A global allocator that opens scopes is not supported.
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

/// Calls all threads to free the arenas in their places that `call` names, see
/// [`Places::answer`](crate::pool::places::Places::answer). The caller answers for idle threads at
/// once.
pub(super) fn call(call: u64) {
    let freed = coverage::own(|| REACH.call(call));
    drop(freed);
    // Without a memory barrier, each thread answers when it next uses its state. This thread does
    // so now.
    drop(OWN.get().map(|slot| slot.local.try_borrow_mut()));
}
