//! Parks a closed arena between the end of its owner and the end of its scope's run.
//!
//! The owner is dropped with the body's locals. The outcome of the body is known a moment later,
//! nearly always on the same thread. Until then the arena is parked.

use super::local::Local;
use super::thread_slot::{self, ThreadSlot};
use super::{arenas, elsewhere};
use crate::coverage;
use crate::figures::stats::Outcome;
use crate::lease::Lease;
use crate::slot::Slot;

/// Parks a closed arena for its run.
#[inline(always)]
pub(crate) fn park(lease: Box<Lease>) {
    match thread_slot::own() {
        Some(own) => {
            if let Some(before) = own.parked.replace(Some(lease)) {
                own.park_before(before);
            }
        }
        None => elsewhere::park(lease),
    }
}

/// Takes the closed arena of the run with this slot.
pub(crate) fn unpark(slot: &'static Slot) -> Option<Box<Lease>> {
    thread_slot::own().and_then(|own| own.unpark(slot)).or_else(|| elsewhere::unpark(slot))
}

/// Counts a simple scope and keeps its parked arena. Returns `false` and does nothing if the arena
/// is not parked on this thread, or the scope is not simple.
///
/// `WITH_HEAP` also counts the scope's heap. It is a parameter because most scopes do not need this
/// code.
#[inline(always)]
pub(crate) fn end_parked<const WITH_HEAP: bool>(slot: &'static Slot, outcome: Outcome) -> bool {
    let Some(own) = thread_slot::own() else { return false };
    let Some(lease) = own.parked.take() else { return false };
    let back = if lease.is_of(slot) && lease.is_simple() {
        own.end::<WITH_HEAP>(slot, lease, outcome)
    } else {
        Some(lease)
    };
    let has_ended = back.is_none();
    if let Some(lease) = back {
        own.parked.set(Some(lease));
    }
    has_ended
}

/// As [`end_parked`] without heap, for an arena that is not parked. Returns the arena and does
/// nothing if the thread has no state any more.
#[inline(always)]
pub(crate) fn end(slot: &'static Slot, lease: Box<Lease>, outcome: Outcome) -> Option<Box<Lease>> {
    match thread_slot::own() {
        Some(own) => own.end::<false>(slot, lease, outcome),
        None => Some(lease),
    }
}

impl ThreadSlot {
    #[cold]
    #[inline(never)]
    fn park_before(&self, lease: Box<Lease>) {
        match self.local.try_borrow_mut() {
            Ok(mut local) => coverage::own(|| local.parked_before.push(lease)),
            Err(_) => elsewhere::park(lease),
        }
    }

    fn unpark(&self, slot: &'static Slot) -> Option<Box<Lease>> {
        match self.parked.take() {
            Some(lease) if lease.is_of(slot) => return Some(lease),
            other => self.parked.set(other),
        }
        elsewhere::remove(&mut self.local.try_borrow_mut().ok()?.parked_before, slot)
    }

    /// Counts a simple scope and keeps its arena. Returns the arena and does nothing if the
    /// thread's state is in use.
    #[inline(always)]
    fn end<const WITH_HEAP: bool>(
        &self,
        slot: &'static Slot,
        lease: Box<Lease>,
        outcome: Outcome,
    ) -> Option<Box<Lease>> {
        let Ok(mut local) = self.local.try_borrow_mut() else { return Some(lease) };
        let unplaced = Local::end::<WITH_HEAP>(&mut local, slot, lease, outcome);
        drop(local);
        arenas::place(unplaced);
        None
    }
}
