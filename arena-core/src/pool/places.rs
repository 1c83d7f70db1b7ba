//! A thread's own part of the pool: one place for an arena of each small class, without any lock.
//!
//! A scope nearly always finds its arena here, the one that the scope before it used, still warm in
//! the cache. What more the thread has lies on its [shelf](crate::pool::shelf), behind a lock.
//! Others reach what lies here by a [call](crate::sync::claim).

use std::sync::atomic::Ordering::Relaxed;

use crate::clock;
use crate::coverage;
use crate::lease::Lease;
use crate::lease::class::{Class, SMALLEST};
use crate::pool::fits::{Fits, PLACES};
use crate::pool::learner::Learner;
use crate::pool::shelf::{self, Shelf, TRIMMED, UNUSED};
use crate::settings;
use crate::site::Site;
use crate::sync::Arc;

/// An arena that has no place on its thread. With its class it is for a shelf; without, it is to be
/// freed.
pub(crate) type Unplaced = (Box<Lease>, Option<Class>);

/// The arenas that a thread's places gave up.
pub(crate) type Freed = [Option<Box<Lease>>; PLACES];

/// The [call](Places::answer) for all that is in the places.
pub(crate) const ALL: u64 = u64::MAX;

/// The call for what was last used at `since` or before.
pub(crate) fn unused_since(since: u64) -> u64 {
    since.saturating_add(1).min(ALL - 1)
}

/// See the module.
pub(crate) struct Places {
    /// By class.
    places: [Option<Box<Lease>>; PLACES],
    /// When a call last found the place's arena used since the call before, by the coarse clock. A
    /// scope writes no time: a call [marks](Lease::mark_unused) the arena, and a scope that has it
    /// takes the mark off.
    used: [u64; PLACES],
    /// What each place may hold, in bytes of capacity: as much as it has held since the process was
    /// last asked. An arena that is in use has left its place and keeps its grant, so that the
    /// usual scope does not ask.
    granted: [usize; PLACES],
    shelf: Option<Arc<Shelf>>,
    swept: u64,
}

impl Places {
    pub(crate) const fn new() -> Self {
        Self {
            places: [const { None }; PLACES],
            used: [0; PLACES],
            granted: [0; PLACES],
            shelf: None,
            swept: 0,
        }
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

    /// As [`Places::give`], for an arena that had to grow in a scope of `site`: if the site
    /// needs such large ones.
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

    /// Keeps an arena if it has a place for it that may hold it. Returns it else.
    #[inline(always)]
    pub(crate) fn give(&mut self, lease: Box<Lease>) -> Option<Unplaced> {
        let class = lease.class();
        let index = usize::from(class).wrapping_sub(usize::from(SMALLEST));
        let is_free = self.places.get(index).is_some_and(Option::is_none);
        if !is_free || lease.capacity() > self.granted[index] {
            return Some((lease, Some(class)));
        }
        self.places[index] = Some(lease);
        None
    }

    /// As [`Places::give`], for an arena that it returned: the first one of a place, or a
    /// larger one than ever, takes what is missing from what the process may retain.
    pub(crate) fn give_anew(&mut self, lease: Box<Lease>) -> Option<Unplaced> {
        let index = usize::from(lease.class() - SMALLEST);
        if let (Some(None), Some(granted)) = (self.places.get(index), self.granted.get_mut(index)) {
            let missing = lease.capacity().saturating_sub(*granted);
            if shelf::grant(missing) {
                *granted += missing;
            }
        }
        self.give(lease)
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
        Arc::clone(self.shelf.get_or_insert_with(|| coverage::own(Shelf::of_thread)))
    }

    /// Gives up [all](ALL) that is in the places, or what lay there [unused](unused_since) for
    /// long.
    pub(crate) fn answer(&mut self, call: u64) -> Freed {
        let (freed, count) = match call {
            ALL => (self.take_all(), &TRIMMED),
            _ => (self.take_unused(call - 1, clock::now()), &UNUSED),
        };
        count.fetch_add(freed.iter().flatten().count() as u64, Relaxed);
        freed
    }

    fn take_all(&mut self) -> Freed {
        core::array::from_fn(|index| self.take_at(index))
    }

    /// Takes what was last used at `since` or before. An arena that left its place so long ago
    /// loses its grant.
    fn take_unused(&mut self, since: u64, now: u64) -> Freed {
        core::array::from_fn(|index| {
            if let Some(lease) = self.places[index].as_mut().filter(|lease| !lease.is_unused()) {
                lease.mark_unused();
                self.used[index] = now;
            }
            if self.used[index] <= since { self.take_at(index) } else { None }
        })
    }

    /// Takes what is in a place, and gives back what was granted for it.
    fn take_at(&mut self, index: usize) -> Option<Box<Lease>> {
        shelf::return_grant(core::mem::take(&mut self.granted[index]));
        self.places[index].take()
    }
}

impl Drop for Places {
    fn drop(&mut self) {
        if let Some(shelf) = self.shelf.take() {
            shelf.close();
        }
        drop(self.take_all());
    }
}

#[cfg(test)]
mod tests {
    use bumpalo::Bump;

    use super::*;

    fn lease() -> Box<Lease> {
        Lease::new(Bump::with_capacity(4000), 0)
    }

    /// A scope that finds its arena in its place.
    fn use_once(pool: &mut Places, site: &'static Site) {
        let mut lease = pool.places.iter_mut().find_map(Option::take).expect("it was kept");
        lease.open(site);
        assert!(pool.give_anew(lease).is_none());
    }

    #[test]
    fn a_place_is_emptied_when_nothing_used_its_arena_for_long() {
        static SITE: Site = Site::new("used", module_path!(), file!(), line!());
        let mut pool = Places::new();
        assert!(pool.give_anew(lease()).is_none());
        for now in (1000..10_000).step_by(500) {
            use_once(&mut pool, &SITE);
            assert_eq!(
                pool.take_unused(now - 500, now).iter().flatten().count(),
                0,
                "used at {now}"
            );
        }
        // The last use was found at 9500.
        assert_eq!(pool.take_unused(9499, 10_000).iter().flatten().count(), 0);
        assert!(pool.granted.iter().sum::<usize>() >= 4000);
        assert_eq!(pool.take_unused(9500, 10_500).iter().flatten().count(), 1);
        assert_eq!(pool.granted, [0; PLACES]);
    }

    #[test]
    fn an_arena_that_is_away_for_long_loses_its_grant_and_gets_it_again() {
        let mut pool = Places::new();
        assert!(pool.give_anew(lease()).is_none());
        let lease = pool.places.iter_mut().find_map(Option::take).expect("it was kept");
        drop(pool.take_unused(1000, 2000));
        assert_eq!(pool.granted, [0; PLACES]);
        let Some((lease, Some(_))) = pool.give(lease) else { panic!("it is not granted") };
        assert!(pool.give_anew(lease).is_none());
    }
}
