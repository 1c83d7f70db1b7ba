//! The source and the destination of a response buffer's chunk: the thread's places for buffers,
//! then the shelves.
//!
//! A buffer is a lease of the pool, without a handle. So the pool bounds, frees and reports buffers
//! as it does arenas.

use super::{elsewhere, put_away};
use crate::error::RefusedBy;
use crate::lease::{Lease, class};
use crate::pool::fits;
use crate::pool::places::Places;
use crate::site::{Site, Wanted};
use crate::thread::local::Local;
use crate::thread::thread_slot;

/// Takes a lease with the chunk that the responses of `site` need, as the thread has learned.
#[inline(always)]
pub(crate) fn take(site: &'static Site) -> Box<Lease> {
    let Some(mut local) = thread_slot::enter() else { return Lease::without_chunk() };
    let (learner, places) = local.buffers_of(site);
    if let Some(lease) = places.take(learner.fits_mut()) {
        return lease;
    }
    let fits = learner.fits().clone();
    drop(local);
    elsewhere(&fits, false).unwrap_or_else(|_| Lease::without_chunk())
}

/// Takes a lease with room for `bytes` in one chunk of at most `most` bytes. The lease may have
/// less room, because chunks are whole pages. `reclaims` is as for [`elsewhere`].
#[cold]
#[inline(never)]
pub(crate) fn take_larger(
    bytes: usize,
    most: usize,
    reclaims: bool,
) -> Result<Box<Lease>, RefusedBy> {
    let mut fits = fits::fits(&Wanted { initial: bytes, limit: most }, 0, class::with_room(bytes));
    let Some(mut local) = thread_slot::enter() else { return Err(RefusedBy::Allocator) };
    if let Some(lease) = local.buffers.take(&mut fits) {
        return Ok(lease);
    }
    drop(local);
    elsewhere(&fits, reclaims)
}

/// Keeps the emptied lease of a buffer with `bytes` bytes. `has_grown` says that the buffer
/// outgrew its first chunk, so that the pool keeps this one only if the site needs it.
pub(crate) fn give_back(lease: Box<Lease>, site: &'static Site, bytes: usize, has_grown: bool) {
    // A thread that is about to end keeps no buffer.
    let Some(mut local) = thread_slot::enter() else { return };
    let home = lease.home();
    let (learner, places) = local.buffers_of(site);
    let unplaced = if has_grown {
        places.give_grown(lease, learner, bytes as u64)
    } else {
        places.give(lease)
    };
    if unplaced.is_none() {
        // Before the borrow ends, as for an arena.
        home.close();
    }
    drop(local);
    if let Some((lease, class)) = unplaced {
        put_away(lease, class, |local: &mut Local| -> &mut Places { &mut local.buffers });
    }
}

/// Frees the chunks in this thread's places that no buffer has used since `since`. Returns their
/// number.
#[cfg(test)]
pub(crate) fn free_unused_since(since: u64) -> usize {
    let Some(mut local) = thread_slot::enter() else { return 0 };
    let freed = local.buffers.answer(crate::pool::places::unused_since(since));
    drop(local);
    freed.iter().flatten().count()
}
