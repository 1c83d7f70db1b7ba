//! A visit: one run of a site's code, from the moment its scope opens until the figures are counted.
//!
//! A visit outlives its arena by a little, because how the body ended is known only when its result is: the arena is closed, and
//! leaves its figures in the visit's [slot](crate::slot), while the body's locals are dropped; then the result comes, or a panic, or
//! nothing, when the future was dropped. All of these ways end in one place, the visit's `Drop`.

use crate::Site;
use crate::scope::RequestScope;
use crate::slot::Slot;
use crate::stats::{Figures, Outcome};
use crate::watch::Watch;

/// See the module. Part of the macro's expansion, not of the public interface.
#[derive(Debug)]
pub struct Visit {
    site: &'static Site,
    slot: &'static Slot,
    /// A panic that unwinds at the end began within the visit. Only asked of a guard, which sees no result.
    judge_by_panic: bool,
}

/// Opens a visit's arena: what the macro moves into the body, without a borrow of the visit.
#[derive(Clone, Copy, Debug)]
pub struct Opener {
    site: &'static Site,
    slot: &'static Slot,
}

impl Opener {
    /// Opens the arena.
    #[inline]
    #[must_use]
    pub fn enter(self) -> RequestScope {
        RequestScope::of(self.site, self.slot, None)
    }
}

impl Visit {
    /// The visit of a function: until its result is known, what ends it is a panic.
    #[inline]
    #[must_use]
    pub fn of_call(site: &'static Site) -> Self {
        Self::begin(site, Outcome::Panicked, false)
    }

    /// The visit of a future: until it is polled to its end, what ends it is being dropped.
    #[inline]
    #[must_use]
    pub fn of_future(site: &'static Site) -> Self {
        Self::begin(site, Outcome::Cancelled, false)
    }

    /// The visit of a guard, which sees no result: it returns unless a panic began within it.
    #[inline]
    pub(crate) fn of_guard(site: &'static Site) -> Self {
        Self::begin(site, Outcome::Returned, !std::thread::panicking())
    }

    #[inline]
    fn begin(site: &'static Site, outcome: Outcome, judge_by_panic: bool) -> Self {
        site.entered();
        Self { site, slot: Slot::take(outcome), judge_by_panic }
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

    /// The body has ended by itself, with a result that means this.
    #[inline]
    pub fn end(&self, outcome: Outcome) {
        self.slot.set_outcome(outcome);
    }

    pub(crate) fn slot(&self) -> &'static Slot {
        self.slot
    }

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
    fn drop(&mut self) {
        let figures = self.slot.figures();
        let outcome = self.outcome(&figures);
        self.slot.give_back();
        self.site.stats.ended(outcome, &figures);
        tracing::event!(
            target: "request_arena",
            tracing::Level::DEBUG,
            scope = self.site.name(),
            outcome = outcome.as_str(),
            arena.used_bytes = figures.used as u64,
            arena.peak_used_bytes = figures.peak_used as u64,
            arena.reserved_bytes = figures.reserved as u64,
            arena.chunks = figures.chunks as u64,
            "request scope ended"
        );
    }
}
