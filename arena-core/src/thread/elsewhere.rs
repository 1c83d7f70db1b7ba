//! Parking of closed arenas for threads that are ending. Their arenas wait here until the run of
//! their scope ends.

#![allow(clippy::vec_box, reason = "handles point into the lease")]

use crate::lease::Lease;
use crate::slot::Slot;
use crate::sync::{Mutex, lock};

static ELSEWHERE: Mutex<Vec<Box<Lease>>> = Mutex::new(Vec::new());

/// Parks a closed arena until its run ends.
#[cold]
#[inline(never)]
pub(super) fn park(lease: Box<Lease>) {
    lock(&ELSEWHERE).push(lease);
}

/// Takes the closed arena of the run with this slot, if it is parked here.
pub(super) fn unpark(slot: &'static Slot) -> Option<Box<Lease>> {
    remove(&mut lock(&ELSEWHERE), slot)
}

/// Takes the arena of the run with this slot out of a list.
pub(super) fn remove(leases: &mut Vec<Box<Lease>>, slot: &'static Slot) -> Option<Box<Lease>> {
    let index = leases.iter().rposition(|lease| lease.is_of(slot))?;
    Some(leases.swap_remove(index))
}
