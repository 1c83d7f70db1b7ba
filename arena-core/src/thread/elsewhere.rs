//! Closed arenas that wait for their scope's run where no thread has a place for them: the thread
//! that closed them is ending.

#![allow(clippy::vec_box, reason = "a lease stays in its box, which handles point into")]

use crate::lease::Lease;
use crate::slot::Slot;
use crate::sync::{Mutex, lock};

static ELSEWHERE: Mutex<Vec<Box<Lease>>> = Mutex::new(Vec::new());

/// Keeps a closed arena until its run ends.
#[cold]
#[inline(never)]
pub(super) fn park(lease: Box<Lease>) {
    lock(&ELSEWHERE).push(lease);
}

/// The closed arena of the run with this slot, if it is here.
pub(super) fn unpark(slot: &'static Slot) -> Option<Box<Lease>> {
    remove(&mut lock(&ELSEWHERE), slot)
}

/// Takes the arena of the run with this slot out of a list.
pub(super) fn remove(leases: &mut Vec<Box<Lease>>, slot: &'static Slot) -> Option<Box<Lease>> {
    let index = leases.iter().rposition(|lease| lease.is_of(slot))?;
    Some(leases.swap_remove(index))
}
