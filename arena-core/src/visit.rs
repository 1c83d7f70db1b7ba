//! A visit: one run of a site's code, from the moment its scope opens until the figures are counted.
//!
//! A visit outlives its arena by a little, because how the body ended is known only when its result is: the arena is closed, and
//! leaves its figures in the visit's [slot](crate::slot), while the body's locals are dropped; then the result comes, or a panic, or
//! nothing, when the future was dropped. All of these ways end in one place, the visit's `Drop`.

use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

use tracing::Span;

use crate::cells::{Cells, Ended};
use crate::event;
use crate::lease::Lease;
use crate::scope::OpenArena;
use crate::slot::Slot;
use crate::stats::{Figures, Outcome};
use crate::watch::{Watch, WatchLimit};
use crate::{ArenaError, Site, clock, heap, limit, local, pool, settings};

/// See the module. Part of the macro's expansion, not of the public interface.
#[derive(Debug)]
pub struct Visit {
    site: &'static Site,
    slot: &'static Slot,
    kind: Kind,
    /// It ended by itself, and there was nothing to say.
    is_counted: AtomicBool,
    /// A panic that unwinds at the end began within the visit. Only asked of a guard, which sees no result.
    judge_by_panic: bool,
    /// What the thread had allocated when a call began.
    heap_before: Option<u64>,
    /// When the visit began, in nanoseconds, if durations are measured.
    began: Option<u64>,
    /// The span in which the scope was opened, if anybody listens.
    span: Option<Box<Span>>,
}

/// What a visit is of, which decides who measures its heap: a call is on one thread, a future measures each poll, and a guard cannot tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Call,
    Future,
    Guard,
}

/// Opens a visit's arena: what the macro moves into the body, without a borrow of the visit.
#[derive(Clone, Copy, Debug)]
pub struct Opener {
    site: &'static Site,
    slot: &'static Slot,
}

impl Opener {
    /// Opens the arena.
    #[inline(always)]
    #[must_use]
    pub fn enter(self) -> OpenArena {
        OpenArena::of(self.site, self.slot)
    }
}

impl Visit {
    /// The visit of a function: until its result is known, what ends it is a panic.
    #[inline(always)]
    #[must_use]
    pub fn of_call(site: &'static Site) -> Self {
        Self::begin(site, Outcome::Panicked, Kind::Call)
    }

    /// The visit of a future: until it is polled to its end, what ends it is being dropped.
    #[inline]
    #[must_use]
    pub fn of_future(site: &'static Site) -> Self {
        Self::begin(site, Outcome::Cancelled, Kind::Future)
    }

    /// The visit of a guard, which sees no result: it returns unless a panic began within it.
    #[inline]
    pub(crate) fn of_guard(site: &'static Site) -> Self {
        Self::begin(site, Outcome::Returned, Kind::Guard)
    }

    /// What a function's visit and its arena need of the thread, taken together; for [`Visit::of_call_in`] and [`OpenArena::of_lease`].
    #[inline(always)]
    pub(crate) fn take_for_call(site: &'static Site) -> (&'static Slot, Box<Lease>) {
        let (slot, lease) = match local::enter() {
            Some(mut local) => local.open_scope(site),
            None => (None, None),
        };
        let slot = slot.unwrap_or_else(Slot::take_shared);
        (slot, lease.unwrap_or_else(|| pool::take_elsewhere(site)))
    }

    /// The visit of a function, in a slot that it was given.
    #[inline(always)]
    pub(crate) fn of_call_in(slot: &'static Slot, site: &'static Site) -> Self {
        slot.open(site, Outcome::Panicked);
        Self::with_slot(site, slot, Kind::Call)
    }

    /// As [`Visit::end`], after the arena is closed; what they have of the thread goes back together.
    #[inline(always)]
    pub(crate) fn end_with_arena(&self, arena: &mut OpenArena, outcome: Outcome) {
        if self.is_quiet() {
            if let Some(lease) = arena.take_plain() {
                self.slot.set_outcome(outcome);
                let plain = lease.plain_figures();
                if let Some(mut local) = local::enter() {
                    let (out, keeps_slot) = local.close_scope(self.site, self.slot, lease.emptied(), plain);
                    drop(local);
                    if let Some((lease, class)) = out {
                        pool::put_away(lease, class);
                    }
                    if !keeps_slot {
                        self.slot.share();
                    }
                    self.is_counted.store(true, Relaxed);
                    return;
                }
                arena.put_back(lease);
            }
        }
        arena.close();
        self.end(outcome);
    }

    #[inline(always)]
    fn begin(site: &'static Site, outcome: Outcome, kind: Kind) -> Self {
        let slot = Slot::take();
        slot.open(site, outcome);
        Self::with_slot(site, slot, kind)
    }

    #[inline(always)]
    fn with_slot(site: &'static Site, slot: &'static Slot, kind: Kind) -> Self {
        Self {
            site,
            slot,
            kind,
            is_counted: AtomicBool::new(false),
            judge_by_panic: kind == Kind::Guard && !std::thread::panicking(),
            span: event::request_span(),
            began: settings::durations().then(clock::exact),
            heap_before: if kind == Kind::Call { heap::reading() } else { None },
        }
    }

    /// Nothing is to be said or known of the scope beyond what nearly every one has.
    #[inline(always)]
    fn is_quiet(&self) -> bool {
        !event::is_wanted()
            && self.span.is_none()
            && self.kind != Kind::Guard
            && self.began.is_none()
            && !heap::is_installed()
    }

    /// What opens the arena of this visit.
    #[inline]
    #[must_use]
    pub fn opener(&self) -> Opener {
        Opener { site: self.site, slot: self.slot }
    }

    /// Polls `body`, so that being dropped in between is told from a panic in it.
    #[inline]
    pub fn watch<F: Future>(&self, body: F) -> Watch<F> {
        Watch::new(self.slot, body)
    }

    /// Calls `body`, and gives back what its limit ended it with.
    ///
    /// # Errors
    ///
    /// What the arena refused. The scope is then `limit_exceeded`.
    #[inline]
    pub fn call_to_limit<R>(&self, body: impl FnOnce() -> R) -> Result<R, ArenaError> {
        limit::catch(self.site, self.slot, body)
    }

    /// As [`Visit::watch`] and [`Visit::call_to_limit`].
    #[inline]
    pub fn watch_to_limit<F: Future>(&self, body: F) -> WatchLimit<F> {
        WatchLimit::new(self.site, self.watch(body))
    }

    /// The body has ended by itself, with a result that means this.
    #[inline(always)]
    pub fn end(&self, outcome: Outcome) {
        self.slot.set_outcome(outcome);
        self.is_counted.store(self.end_quietly(), Relaxed);
    }

    /// Counts the scope, if nothing is to be said or known of it beyond what nearly every scope has.
    #[inline(always)]
    fn end_quietly(&self) -> bool {
        let (true, Some(plain)) = (self.is_quiet(), self.slot.plain()) else { return false };
        let Some(mut local) = local::enter() else { return false };
        if !local.end_plain(self.site, self.slot, plain) {
            self.slot.share();
        }
        true
    }

    #[inline(always)]
    fn outcome(&self, figures: &Figures) -> Outcome {
        let mut outcome = self.slot.outcome();
        if outcome == Outcome::Returned && self.judge_by_panic && std::thread::panicking() {
            outcome = Outcome::Panicked;
        }
        if outcome == Outcome::Panicked && figures.unwound {
            outcome = Outcome::LimitExceeded;
        }
        outcome
    }
}

impl Drop for Visit {
    /// The one exit path: every way out of every scope is counted here.
    #[inline(always)]
    fn drop(&mut self) {
        if !self.is_counted.load(Relaxed) {
            self.end_in_full();
        }
    }
}

impl Visit {
    /// Whether the heap was read from the beginning on.
    fn is_measured(&self) -> bool {
        match self.kind {
            Kind::Call => self.heap_before.is_some(),
            Kind::Future => heap::is_installed(),
            Kind::Guard => false,
        }
    }

    #[inline(never)]
    fn end_in_full(&self) {
        if let (Some(before), Some(after)) = (self.heap_before, heap::reading()) {
            self.slot.add_heap(after.wrapping_sub(before));
        }
        let figures = self.slot.figures();
        let ended = Ended {
            outcome: self.outcome(&figures),
            figures: &figures,
            heap: self.is_measured().then(|| self.slot.heap()),
            nanoseconds: self.began.map(|began| clock::exact().saturating_sub(began)),
        };
        let open_ms = self.slot.age_ms();
        match local::enter().map(|mut local| local.end(self.site, self.slot, &ended)) {
            Some(true) => {}
            Some(false) => self.slot.share(),
            None => {
                Self::count_late(self.site, &ended);
                self.slot.clear();
                self.slot.share();
            }
        }
        // Last, since a subscriber is others' code: one that panics leaves nothing open or uncounted.
        if event::is_wanted() {
            event::send(self.site, open_ms, &ended, self.span.as_deref());
        }
    }

    /// The thread's own counters are gone.
    #[cold]
    #[inline(never)]
    fn count_late(site: &'static Site, ended: &Ended<'_>) {
        let late = Cells::default();
        late.count(ended);
        site.ledger.add(&late);
    }
}
