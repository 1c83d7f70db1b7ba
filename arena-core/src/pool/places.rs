//! A thread's own part of the pool: one place for an arena of each small class, without a lock.
//!
//! A scope nearly always finds its arena here. It is the arena of the scope before it, still warm
//! in the cache. The thread keeps further arenas on its [shelf], behind a lock. Other threads reach
//! the places by a [call](crate::sync::claim).

use std::sync::atomic::Ordering::Relaxed;

use crate::clock;
use crate::coverage;
use crate::lease::Lease;
use crate::lease::class::{Class, SMALLEST};
use crate::pool::fits::{Fits, PLACES};
use crate::pool::learner::Learner;
use crate::pool::shelf::{self, Shelf, TRIMMED, UNUSED};
use crate::settings;
use crate::sync::Arc;

/// An arena without a place on its thread. It moves to a shelf if a class is given, and is freed
/// otherwise.
pub(crate) type Unplaced = (Box<Lease>, Option<Class>);

/// The arenas that a thread's places gave up.
pub(crate) type Freed = [Option<Box<Lease>>; PLACES];

/// The [call](Places::answer) that empties all places.
pub(crate) const ALL: u64 = u64::MAX;

/// The call that frees arenas that were last used at `since` or before.
pub(crate) fn unused_since(since: u64) -> u64 {
    since.saturating_add(1).min(ALL - 1)
}

/// See the module.
pub(crate) struct Places {
    /// The arenas, by class.
    places: [Option<Box<Lease>>; PLACES],
    /// The time, by the coarse clock, when a call last found that a scope had used the arena. A
    /// scope writes no time. A call [marks](Lease::mark_unused) the arena, and a scope that takes
    /// the arena removes the mark.
    used: [u64; PLACES],
    /// Bytes of capacity that each place may hold: its largest arena since the place last requested
    /// a grant. An arena that is in use keeps the grant of its place, so the usual scope requests
    /// nothing.
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

    /// Takes an arena from the thread's places, nearly always from the place of the last hit.
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

    /// As [`Places::give`], for an arena that grew in a scope of the learner's site. Keeps it
    /// only if the site needs arenas this large.
    pub(crate) fn give_grown(
        &mut self,
        lease: Box<Lease>,
        learner: &mut Learner,
        peak: u64,
    ) -> Option<Unplaced> {
        let class = lease.class();
        if class > learner.keep() {
            // The learner counts this peak only a moment later, and it may be the reason to keep
            // the arena.
            learner.raise(peak);
            if class > learner.keep() {
                return Some((lease, None));
            }
        }
        self.give(lease)
    }

    /// Keeps an arena if its class has a free place with a large enough grant. Otherwise returns
    /// it.
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

    /// As [`Places::give`], for an arena that `give` returned. If the place is free but its grant
    /// is too small, it first requests the missing bytes from the process-wide account.
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

    /// Frees the arenas that lay unused in the places for `decay`.
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

    /// Gives up [all](ALL) arenas in the places, or those that lay there [unused](unused_since) for
    /// a while.
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

    /// Takes arenas that were last used at `since` or before. A place whose arena has been away
    /// since then loses its grant.
    fn take_unused(&mut self, since: u64, now: u64) -> Freed {
        core::array::from_fn(|index| {
            if let Some(lease) = self.places[index].as_mut().filter(|lease| !lease.is_unused()) {
                lease.mark_unused();
                self.used[index] = now;
            }
            if self.used[index] <= since { self.take_at(index) } else { None }
        })
    }

    /// Takes the arena of a place, and gives the grant of that place back to the process.
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
    use crate::budget::charge::Charge;
    use crate::site::Site;

    fn lease() -> Box<Lease> {
        Lease::new(Bump::with_capacity(4000), Charge::default(), 0)
    }

    /// Simulates a scope that finds its arena in its place.
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
        // A call found the last use at 9500.
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
