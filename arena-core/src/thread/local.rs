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
    /// Places of their own for response buffers. A buffer and the arena of its scope are often of
    /// one class, and would displace each other from a shared place.
    pub(crate) buffers: Places,
    /// Closed arenas with an unfinished run, older than the parked one. There is more than one if a
    /// value that is dropped with a body opens scopes of its own.
    pub(super) parked_before: Vec<Box<Lease>>,
    /// The scope that has just ended, if it is the largest one of its site: see
    /// [`crate::exemplar`].
    pub(super) offered: Option<(&'static Site, u64)>,
}

/// One thread's state of one site.
pub(crate) struct SiteLocal {
    site: &'static Site,
    pub(super) cells: Arc<Cells>,
    pub(crate) learner: Learner,
    /// Learns the sizes of response buffers, once there is one.
    of_buffers: Option<Box<Learner>>,
}

impl Answer for Local {
    type Given = [Freed; 2];

    fn answer(&mut self, call: u64) -> [Freed; 2] {
        [self.pool.answer(call), self.buffers.answer(call)]
    }
}

impl Local {
    pub(super) const NEW: Self = Self {
        sites: Vec::new(),
        pool: Places::new(),
        buffers: Places::new(),
        parked_before: Vec::new(),
        offered: None,
    };

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
            let learner = Learner::new(site.wanted(), site.learned(), clock::now());
            self.sites[number] = Some(Box::new(SiteLocal {
                site,
                cells: site.ledger.open(),
                learner,
                of_buffers: None,
            }));
        });
    }

    /// What the thread knows about the response buffers of `site`, and the places of buffers.
    #[inline(always)]
    pub(crate) fn buffers_of(&mut self, site: &'static Site) -> (&mut Learner, &mut Places) {
        self.site(site);
        let Some(Some(of_site)) = self.sites.get_mut(site.number()) else {
            unreachable!("opened just now")
        };
        (of_site.of_buffers(), &mut self.buffers)
    }

    /// Counts a response buffer of `site` with this many bytes.
    pub(super) fn count_buffer(&mut self, site: &'static Site, bytes: u64) {
        let (of_site, pool) = self.site(site);
        of_site.cells.count_response(bytes);
        if !of_site.of_buffers().record(bytes) {
            return;
        }
        let now = clock::now();
        let peaks = of_site.cells.responses();
        if let Some(class) = of_site.of_buffers.as_mut().and_then(|of| of.learn(peaks, now)) {
            of_site.site.set_learned_of_buffers(class);
        }
        pool.sweep(now);
        self.buffers.sweep(now);
    }

    /// Takes an arena from the thread's places, for a scope of a site that the thread knows.
    #[inline(always)]
    pub(super) fn take(&mut self, number: usize) -> Option<Box<Lease>> {
        let of_site = self.sites.get_mut(number)?.as_mut()?;
        self.pool.take(of_site.learner.fits_mut())
    }

    /// Counts a simple scope and keeps its arena. Returns the arena if it has no place on this
    /// thread, or if the scope is the largest one of its site.
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
        let site = of_site.site;
        if site.largest.is_below(peak) {
            return Some(self.offer(lease, site, peak));
        }
        pool.give(lease)
    }

    /// Notes that the scope may be an exemplar. The arena takes the way of those without a place,
    /// so the usual scope has no more to do.
    #[cold]
    #[inline(never)]
    fn offer(&mut self, lease: Box<Lease>, site: &'static Site, peak: u64) -> Unplaced {
        self.offered = Some((site, peak));
        let class = lease.class();
        (lease, Some(class))
    }
}

impl SiteLocal {
    #[inline(always)]
    pub(super) fn record(&mut self, peak: u64, pool: &mut Places) {
        if self.learner.record(peak) {
            self.learn(pool);
        }
    }

    /// The learner of the site's response buffers, created on the first call.
    #[inline(always)]
    fn of_buffers(&mut self) -> &mut Learner {
        let site = self.site;
        self.of_buffers.get_or_insert_with(|| {
            let (wanted, learned) = (site.wanted_by_buffers(), site.learned_of_buffers());
            coverage::own(|| Box::new(Learner::new(wanted, learned, clock::now())))
        })
    }

    fn count_heap(&self, slot: &Slot, useful: u64) {
        self.cells.count_heap(slot.heap(), useful);
    }

    #[cold]
    #[inline(never)]
    fn learn(&mut self, pool: &mut Places) {
        let now = clock::now();
        if let Some(class) = self.learner.learn(self.cells.peaks(), now) {
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
