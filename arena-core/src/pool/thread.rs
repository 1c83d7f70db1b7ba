//! A thread's own part of the pool: one place for an arena of each small class, without any lock.
//!
//! A scope nearly always finds its arena here, the one that the scope before it used, still warm in
//! the cache. What more the thread has lies on its [shelf](crate::pool::shelf), behind a lock.
//! Others reach what lies here by a [call](crate::claim).

use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;

use crate::lease::Lease;
use crate::pool::class::{self, Class, Fits, SMALLEST, largest_chunk};
use crate::pool::learner::Learner;
use crate::pool::shelf::{self, PLACES, Shelf, TRIMMED, UNUSED};
use crate::pool::{Unplaced, Wanted};
use crate::{Site, clock, heap, settings};

/// Classes with a place: chunks of 512 B to 64 KiB.
pub(crate) const LARGEST_PLACE: Class = SMALLEST + PLACES as Class - 1;

/// What a thread's places gave up.
pub(crate) type Freed = [Option<Box<Lease>>; PLACES];

/// The [call](ThreadPool::answer) for all that is in the places.
pub(crate) const ALL: u64 = u64::MAX;

/// The call for what came to its place at `since` or before.
pub(crate) fn unused_since(since: u64) -> u64 {
    since.saturating_add(1).min(ALL - 1)
}

/// See the module.
pub(crate) struct ThreadPool {
    /// By class, each with the time by the coarse clock when it came.
    places: [Option<Box<Lease>>; PLACES],
    since: [u64; PLACES],
    /// What each place may hold, in bytes of capacity: as much as it has held since the process was
    /// last asked. An arena that is in use has left its place and keeps its grant, so that the
    /// usual scope asks nobody.
    granted: [usize; PLACES],
    shelf: Option<Arc<Shelf>>,
    swept: u64,
}

impl ThreadPool {
    pub(crate) const fn new() -> Self {
        Self { places: [const { None }; PLACES], since: [0; PLACES], granted: [0; PLACES], shelf: None, swept: 0 }
    }

    /// An arena from the thread's places: nearly always from where the last one was found.
    #[inline(always)]
    pub(crate) fn take(&mut self, fits: &mut Fits) -> Option<Box<Lease>> {
        if let Some(place) = self.places.get_mut(usize::from(fits.found)) {
            if place.as_ref().is_some_and(|lease| fits.holds_capacity(lease.capacity())) {
                return place.take();
            }
        }
        self.find(fits)
    }

    #[cold]
    #[inline(never)]
    fn find(&mut self, fits: &mut Fits) -> Option<Box<Lease>> {
        for class in (fits.place_start..=fits.place_end).rev() {
            let index = class - SMALLEST;
            let place = self.places.get_mut(usize::from(index))?;
            if let Some(lease) = place.take_if(|lease| fits.holds_capacity(lease.capacity())) {
                fits.found = index;
                return Some(lease);
            }
        }
        None
    }

    /// As [`ThreadPool::give`], for an arena that had to grow in a scope of `site`: if the site needs such large ones.
    pub(crate) fn give_grown(
        &mut self,
        lease: Box<Lease>,
        site: &'static Site,
        learner: &mut Learner,
        peak: u64,
    ) -> Option<Unplaced> {
        let class = lease.class();
        if class > learner.keep() {
            // Its own peak, which is counted a moment later, may be what it is kept for.
            learner.raise(site, peak);
            if class > learner.keep() {
                return Some((lease, None));
            }
        }
        self.give(lease)
    }

    /// Keeps an arena if it has a place for it. Returns it else.
    #[inline(always)]
    pub(crate) fn give(&mut self, lease: Box<Lease>) -> Option<Unplaced> {
        let class = lease.class();
        let index = usize::from(class - SMALLEST);
        match self.places.get_mut(index) {
            Some(place @ None) => {
                if lease.capacity() > self.granted[index] && !Self::grant(&mut self.granted[index], lease.capacity()) {
                    return Some((lease, Some(class)));
                }
                *place = Some(lease);
                self.since[index] = clock::now();
                None
            }
            _ => Some((lease, Some(class))),
        }
    }

    /// The first arena of a place, or a larger one than ever: takes what is missing from what the process may retain.
    #[cold]
    #[inline(never)]
    fn grant(granted: &mut usize, capacity: usize) -> bool {
        let is_granted = shelf::grant(capacity - *granted);
        if is_granted {
            *granted = capacity;
        }
        is_granted
    }

    /// Frees what lay in the places for the time of `decay`.
    pub(crate) fn sweep(&mut self, now: u64) {
        let Some(decay) = settings::decay_ms() else { return };
        if now.saturating_sub(self.swept) >= decay {
            self.swept = now;
            drop(self.answer(unused_since(now.saturating_sub(decay))));
        }
    }

    /// The thread's shelf.
    pub(crate) fn shelf(&mut self) -> Arc<Shelf> {
        Arc::clone(self.shelf.get_or_insert_with(|| heap::own(Shelf::of_thread)))
    }

    /// Gives up [all](ALL) that is in the places, or what lay there [unused](unused_since) for
    /// long.
    pub(crate) fn answer(&mut self, call: u64) -> Freed {
        let freed = self.take_older(call - 1);
        let count = if call == ALL { &TRIMMED } else { &UNUSED };
        count.fetch_add(freed.iter().flatten().count() as u64, Relaxed);
        freed
    }

    /// Takes what came at `since` or before, and gives back what was granted for it; also for an
    /// arena that left its place so long ago.
    fn take_older(&mut self, since: u64) -> Freed {
        core::array::from_fn(|index| {
            if self.since[index] > since {
                return None;
            }
            shelf::return_grant(core::mem::take(&mut self.granted[index]));
            self.places[index].take()
        })
    }
}

impl Drop for ThreadPool {
    fn drop(&mut self) {
        if let Some(shelf) = self.shelf.take() {
            shelf.close();
        }
        drop(self.take_older(u64::MAX));
    }
}

/// Which arenas serve a scope of a site with these classes.
///
/// They have room for `initial` bytes, and at most `limit` bytes of capacity, since `bumpalo` stops enforcing a limit that the
/// capacity exceeds. More than a quarter of the limit comes only from `initial`: a pooled arena's whole capacity counts against
/// the limit, used or not, and what a scope is refused should not depend on what ran before it.
pub(crate) fn fits(wanted: &Wanted, fresh: Class, keep: Class) -> Fits {
    let (initial, most) = match wanted.limit {
        usize::MAX => (wanted.initial, usize::MAX),
        limit => {
            let initial = wanted.initial.min(largest_chunk(limit));
            (initial, (limit / 4).max(if initial == 0 { 0 } else { class::capacity_for(initial).min(limit) }))
        }
    };
    // What is learned yields to the limit, and to `initial`, which is the site's own word.
    let room = if initial > 0 { initial } else { class::room(fresh).min(largest_chunk(most)) };
    let lowest = match (initial, room) {
        (0, 0) => 0,
        (0, _) => fresh.min(class::of_capacity(room)),
        (_, _) => class::of_capacity(initial),
    };
    let highest = if initial == 0 { keep } else { keep.max(class::of_chunk_for(initial)) };
    // What the limit keeps a scope from taking is not kept for it either.
    let highest = if most == usize::MAX { highest } else { highest.min(class::of_capacity(most)) };
    // A site with large arenas looks for them on the shelf first: it would only have to grow a small one.
    Fits {
        place_start: lowest.max(SMALLEST),
        place_end: if highest <= LARGEST_PLACE { highest } else { 0 },
        found: u8::MAX,
        classes: lowest..=highest,
        least: initial,
        most,
        fresh: room,
    }
}

/// The thread's places, for a site that looked on the shelf first.
pub(crate) fn in_places(fits: &Fits) -> Fits {
    let (start, end) = ((*fits.classes.start()).max(SMALLEST), (*fits.classes.end()).min(LARGEST_PLACE));
    Fits { place_start: start, place_end: end, ..fits.clone() }
}
