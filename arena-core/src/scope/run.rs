//! One run of a scope, from its opening until its figures are counted.
//!
//! A run outlives its arena by a moment, because only the result shows how the body ended. While
//! the body's locals are dropped, the arena is closed and [parked](crate::thread::parking). Then
//! the run receives the result, or a panic, or nothing if the future was dropped. In all three
//! cases the run counts the scope and gives its arena back to the pool.

use super::event;
use super::open_arena::OpenArena;
use crate::coverage;
use crate::error::ArenaError;
use crate::figures::cells::EndedScope;
use crate::figures::measures::{Kind, Measures};
use crate::figures::stats::{Exactness, Outcome};
use crate::lease::Lease;
use crate::observer::{self, Seen};
use crate::panics::Panics;
use crate::site::Site;
use crate::slot::{Ending, Slot};
use crate::thread::{arenas, counting, parking};
use crate::{budget, exemplar, limit, maintain};

/// See the module. Part of the macro's expansion, not of the public interface.
#[derive(Debug)]
pub struct ScopeRun {
    site: &'static Site,
    slot: &'static Slot,
}

/// The arena of a run before it is opened. The macro moves it into the body, so that the body does
/// not borrow from the run.
#[derive(Debug)]
pub struct ArenaToken(OpenArena);

impl ArenaToken {
    /// Opens the arena.
    #[inline(always)]
    #[must_use]
    pub fn enter(self) -> OpenArena {
        self.0
    }
}

impl ScopeRun {
    /// Begins the run of a function. Until the result is known, only a panic can end it.
    #[inline(always)]
    #[must_use]
    pub fn of_call(site: &'static Site) -> (Self, ArenaToken) {
        Self::begin(site, Ending::Panicked, Kind::Call)
    }

    /// Begins the run of a future of this size. Until the future is ready, only a drop can end it.
    #[inline(always)]
    pub(crate) fn of_future(site: &'static Site, bytes: usize) -> (Self, ArenaToken) {
        let number = match site.listed_with_future(bytes) {
            Some(number) => number,
            None => first_future(site, bytes),
        };
        Self::begin_numbered(site, number, Ending::Cancelled, Kind::Future)
    }

    /// Begins the run of a guard, which sees no result. The outcome is `Returned`, unless a panic
    /// began within the scope.
    pub(crate) fn of_guard(site: &'static Site) -> (Self, ArenaToken) {
        let ending = if std::thread::panicking() {
            Ending::Returned
        } else {
            Ending::ReturnedUnlessPanicking
        };
        Self::begin(site, ending, Kind::Guard)
    }

    #[inline(always)]
    fn begin(site: &'static Site, ending: Ending, kind: Kind) -> (Self, ArenaToken) {
        let number = match site.listed() {
            Some(number) => number,
            None => first_scope(site),
        };
        Self::begin_numbered(site, number, ending, kind)
    }

    #[inline(always)]
    fn begin_numbered(
        site: &'static Site,
        number: usize,
        ending: Ending,
        kind: Kind,
    ) -> (Self, ArenaToken) {
        let lease = arenas::take(site, number);
        let slot = lease.home();
        slot.open(number, ending);
        slot.measure(Measures::wanted(), kind);
        if kind != Kind::Call && event::is_wanted() {
            slot.keep_span();
        }
        (Self { site, slot }, ArenaToken(OpenArena::new(lease, site)))
    }

    /// Converts the run into its slot, until [`ScopeRun::of_slot`] converts it back.
    #[inline(always)]
    pub(crate) fn into_slot(self) -> &'static Slot {
        let slot = self.slot;
        core::mem::forget(self);
        slot
    }

    /// Converts a slot from [`ScopeRun::into_slot`] back into the run.
    #[inline(always)]
    pub(crate) fn of_slot(site: &'static Site, slot: &'static Slot) -> Self {
        Self { site, slot }
    }

    /// Calls `body`, and converts a panic by its request's limit into an error.
    ///
    /// # Errors
    ///
    /// Returns the allocation that the arena refused. The scope then counts as `limit_exceeded`.
    #[inline]
    pub fn call_to_limit<R>(&self, body: impl FnOnce() -> R) -> Result<R, ArenaError> {
        limit::catch(self.site, self.slot, body)
    }

    /// Passes the ended scope to the observer.
    #[cold]
    fn show(&self, token: u64, ended: &EndedScope<'_>) {
        let figures = ended.figures;
        let exactness =
            Exactness::of_peak(figures.peak_is_lower_bound, figures.peak_is_upper_bound);
        let (peak_used, reserved) = (figures.peak_used as u64, figures.reserved as u64);
        observer::ended(&Seen {
            site: self.site,
            token,
            peak_used,
            exactness,
            reserved,
            heap: ended.heap.map(|heap| heap.inside),
        });
    }

    /// Counts the scope as `error`. The body may continue.
    pub(crate) fn fail(&self) {
        self.slot.set_outcome(Outcome::Error);
    }

    /// Whether the scope only has to be counted, which is nearly always the case.
    #[inline(always)]
    fn is_quiet(&self) -> bool {
        !event::is_wanted() && !self.slot.measures().any()
    }

    /// Whether only the scope and its heap have to be counted.
    fn is_counted_with_heap(&self) -> bool {
        !event::is_wanted() && !self.slot.measures().more_than_heap()
    }

    /// Ends the run of a body that returned, with this outcome.
    #[inline(always)]
    pub fn end(self, outcome: Outcome) {
        if !self.is_quiet() {
            return self.end_measured(outcome);
        }
        if parking::end_parked::<false>(self.slot, outcome) {
            core::mem::forget(self);
        } else {
            self.slot.set_outcome(outcome);
        }
    }

    /// As [`ScopeRun::end`], for a scope with optional measures.
    #[inline(never)]
    fn end_measured(self, outcome: Outcome) {
        if self.is_counted_with_heap() && parking::end_parked::<true>(self.slot, outcome) {
            core::mem::forget(self);
        } else {
            self.slot.set_outcome(outcome);
        }
    }

    /// As [`ScopeRun::end`], for a caller that still owns the arena, so that it need not be parked.
    #[inline(always)]
    pub(crate) fn end_with(self, mut arena: OpenArena, outcome: Outcome) {
        if !self.is_quiet() {
            drop(arena);
            return self.end_measured(outcome);
        }
        if let Some(lease) = arena.take_simple() {
            match parking::end(self.slot, lease, outcome) {
                None => return core::mem::forget(self),
                Some(lease) => arena.put_back(lease),
            }
        }
        drop(arena);
        self.slot.set_outcome(outcome);
    }
}

/// Adds the site to all reports before its first scope.
#[cold]
#[inline(never)]
fn first_scope(site: &'static Site) -> usize {
    let number = site.number();
    budget::reclaim_by(arenas::reclaim);
    coverage::own(maintain::start);
    number
}

/// Stores the size of a site's first future, and of further ones of a generic function.
#[cold]
#[inline(never)]
fn first_future(site: &'static Site, bytes: usize) -> usize {
    let number = site.listed().unwrap_or_else(|| first_scope(site));
    site.add_future(bytes, number);
    number
}

impl Drop for ScopeRun {
    /// Counts every scope that [`ScopeRun::end`] did not count itself.
    #[inline(never)]
    fn drop(&mut self) {
        let lease = parking::unpark(self.slot);
        let left = self.slot.take_figures();
        let figures = lease.as_deref().and_then(Lease::simple_figures).unwrap_or(left);
        let measures = self.slot.measures();
        let outcome = match self.slot.outcome() {
            Outcome::Panicked if figures.limit_panicked => Outcome::LimitExceeded,
            outcome => outcome,
        };
        if measures.is_polling() {
            // A panic or a drop interrupted the poll, which did not end its measure.
            self.slot.end_poll();
        }
        let (open_ms, span) = (self.slot.age_ms(), self.slot.take_span());
        let ended = EndedScope {
            outcome,
            figures: &figures,
            heap: measures.heap().then(|| self.slot.heap()),
            nanoseconds: measures.duration().then(|| self.slot.take_nanoseconds()),
        };
        counting::count(self.site, &ended);
        if let Some(token) = self.slot.token() {
            self.show(token, &ended);
        }
        match lease {
            Some(lease) => {
                self.slot.lend();
                arenas::give_back(lease);
            }
            // The body forgot its arena, which keeps its memory.
            None => self.slot.lend(),
        }
        exemplar::offer(self.site, figures.peak_used as u64);
        // Last, because a subscriber is foreign code. If it panics, everything is already closed
        // and counted. The guard also prevents an abort if the body panicked too.
        if event::is_wanted() {
            let mut panics = Panics::default();
            panics.guard(|| event::send(self.site, open_ms, &ended, span.as_ref()));
            panics.resume();
        }
    }
}
