//! The state of one thread: counters and learned sizes of each site, and the thread's part of the
//! pool.

#![allow(clippy::vec_box, reason = "handles point into the lease, so it never leaves its box")]

use crate::figures::cells::Cells;
use crate::figures::stats::Outcome;
use crate::lease::Lease;
use crate::pool::learner::Learner;
use crate::pool::places::{Freed, Places, Unplaced};
use crate::site::Site;
use crate::slot::Slot;
use crate::sync::Arc;
use crate::sync::claim::Answer;
use crate::{clock, coverage};

/// See the module.
pub(crate) struct Local {
    /// The state of each site, by the site's number. The numbers begin at 1.
    sites: Vec<Option<Box<SiteLocal>>>,
    pub(crate) pool: Places,
    /// Closed arenas with an unfinished run, older than the parked one. There is more than one if a
    /// value that is dropped with a body opens scopes of its own.
    pub(super) parked_before: Vec<Box<Lease>>,
}

/// One thread's state of one site.
pub(crate) struct SiteLocal {
    site: &'static Site,
    pub(super) cells: Arc<Cells>,
    pub(crate) learner: Learner,
}

impl Answer for Local {
    type Given = Freed;

    fn answer(&mut self, call: u64) -> Freed {
        self.pool.answer(call)
    }
}

impl Local {
    pub(super) const NEW: Self =
        Self { sites: Vec::new(), pool: Places::new(), parked_before: Vec::new() };

    /// The state of the site with this number, if this thread knows the site.
    pub(super) fn known(&self, number: usize) -> Option<&SiteLocal> {
        self.sites.get(number)?.as_deref()
    }

    /// The state of `site`, created on the first call, and the thread's part of the pool.
    #[inline(always)]
    pub(crate) fn site(&mut self, site: &'static Site) -> (&mut SiteLocal, &mut Places) {
        self.site_numbered(site.number(), site)
    }

    /// As [`Local::site`], for a caller that has the site's number.
    #[inline(always)]
    fn site_numbered(
        &mut self,
        number: usize,
        site: &'static Site,
    ) -> (&mut SiteLocal, &mut Places) {
        // Two lookups, because the borrow checker does not permit creating an entry if the first
        // one fails.
        if self.sites.get(number).is_none_or(Option::is_none) {
            self.open(site, number);
        }
        match self.sites.get_mut(number) {
            Some(Some(of_site)) => (of_site, &mut self.pool),
            _ => unreachable!("opened just now"),
        }
    }

    #[cold]
    #[inline(never)]
    fn open(&mut self, site: &'static Site, number: usize) {
        coverage::own(|| {
            if self.sites.len() <= number {
                self.sites.resize_with(number + 1, || None);
            }
            let learner = Learner::new(site, clock::now());
            self.sites[number] =
                Some(Box::new(SiteLocal { site, cells: site.ledger.open(), learner }));
        });
    }

    /// Takes an arena from the thread's places, for a scope of a site that the thread knows.
    #[inline(always)]
    pub(super) fn take(&mut self, number: usize) -> Option<Box<Lease>> {
        let of_site = self.sites.get_mut(number)?.as_mut()?;
        self.pool.take(of_site.learner.fits_mut())
    }

    /// Counts a simple scope and keeps its arena. Returns the arena if it has no place on this
    /// thread.
    #[inline(always)]
    pub(super) fn end<const WITH_HEAP: bool>(
        &mut self,
        slot: &'static Slot,
        mut lease: Box<Lease>,
        outcome: Outcome,
    ) -> Option<Unplaced> {
        let used = lease.empty_simple();
        let (of_site, pool) = self.site_numbered(slot.number(), lease.site());
        let peak = match lease.take_rewound() {
            None => {
                of_site.cells.count_plain(outcome, used, lease.held());
                if WITH_HEAP {
                    of_site.count_heap(slot, used);
                }
                used
            }
            Some((peak, abandoned)) => {
                let peak = peak.max(used);
                of_site.cells.count_rewound(outcome, (used, peak), lease.held(), abandoned);
                if WITH_HEAP {
                    of_site.count_heap(slot, peak.saturating_sub(abandoned));
                }
                peak
            }
        };
        of_site.record(peak, pool);
        slot.close();
        pool.give(lease)
    }
}

impl SiteLocal {
    #[inline(always)]
    pub(super) fn record(&mut self, peak: u64, pool: &mut Places) {
        if self.learner.record(self.site, peak) {
            self.learn(pool);
        }
    }

    fn count_heap(&self, slot: &Slot, useful: u64) {
        self.cells.count_heap(slot.heap(), useful);
    }

    #[cold]
    #[inline(never)]
    fn learn(&mut self, pool: &mut Places) {
        let now = clock::now();
        if let Some(class) = self.learner.learn(self.site, self.cells.peaks(), now) {
            self.site.set_learned(class);
        }
        pool.sweep(now);
    }
}

impl Drop for Local {
    fn drop(&mut self) {
        for of_site in self.sites.drain(..).flatten() {
            of_site.site.ledger.close(&of_site.cells);
        }
    }
}
