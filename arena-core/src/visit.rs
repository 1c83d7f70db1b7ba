//! A visit: one run of a site's code, from the moment its scope opens until the figures are
//! counted.
//!
//! A visit outlives its arena by a little, because how the body ended is known only when its result
//! is: the arena is closed and [parked](crate::local) while the body's locals are dropped; then the
//! result comes, or a panic, or nothing, when the future was dropped. All of these ways end in one
//! place: the visit counts the scope and gives its arena back.

use crate::at_end::Panics;
use crate::cells::Ended;
use crate::lease::Lease;
use crate::measures::{Kind, Measures};
use crate::observe::{self, Seen};
use crate::scope::OpenArena;
use crate::slot::{Ending, Slot};
use crate::stats::{Exactness, Outcome};
use crate::{ArenaError, Site, event, limit, local};

/// See the module. Part of the macro's expansion, not of the public interface.
#[derive(Debug)]
pub struct Visit {
    site: &'static Site,
    slot: &'static Slot,
}

/// A visit's arena before it is opened: what the macro moves into the body, without a borrow of the
/// visit.
#[derive(Debug)]
pub struct Opener(OpenArena);

impl Opener {
    /// Opens the arena.
    #[inline(always)]
    #[must_use]
    pub fn enter(self) -> OpenArena {
        self.0
    }
}

impl Visit {
    /// The visit of a function: until its result is known, what ends it is a panic.
    #[inline(always)]
    #[must_use]
    pub fn of_call(site: &'static Site) -> (Self, Opener) {
        Self::begin(site, Ending::Panicked, Kind::Call)
    }

    /// The visit of a future: until it is polled to its end, what ends it is being dropped.
    #[inline(always)]
    #[must_use]
    pub fn of_future(site: &'static Site) -> (Self, Opener) {
        Self::begin(site, Ending::Cancelled, Kind::Future)
    }

    /// The visit of a guard, which sees no result: it returns unless a panic began within it.
    pub(crate) fn of_guard(site: &'static Site) -> (Self, Opener) {
        let ending = if std::thread::panicking() {
            Ending::Returned
        } else {
            Ending::ReturnedUnlessPanicking
        };
        Self::begin(site, ending, Kind::Guard)
    }

    #[inline(always)]
    fn begin(site: &'static Site, ending: Ending, kind: Kind) -> (Self, Opener) {
        let number = site.number();
        let lease = local::take(site, number);
        let slot = lease.home();
        slot.open(number, ending);
        slot.measure(Measures::wanted(), kind);
        if kind != Kind::Call && event::is_wanted() {
            slot.keep_span();
        }
        (Self { site, slot }, Opener(OpenArena::of(lease, site)))
    }

    /// Goes on as its slot, until it is [kept](Visit::kept) again.
    #[inline(always)]
    pub(crate) fn keep(self) -> &'static Slot {
        let slot = self.slot;
        core::mem::forget(self);
        slot
    }

    /// The visit that went on as its slot.
    #[inline(always)]
    pub(crate) fn kept(site: &'static Site, slot: &'static Slot) -> Self {
        Self { site, slot }
    }

    /// Calls `body`, and gives back what its request's limit ended it with.
    ///
    /// # Errors
    ///
    /// What the arena refused. The scope is then `limit_exceeded`.
    #[inline]
    pub fn call_to_limit<R>(&self, body: impl FnOnce() -> R) -> Result<R, ArenaError> {
        limit::catch(self.site, self.slot, body)
    }

    /// Shows the scope, which has ended, to who looks on.
    #[cold]
    fn show(&self, token: u64, ended: &Ended<'_>) {
        let figures = ended.figures;
        let exactness = Exactness::of(figures.low, figures.high);
        let (peak_used, reserved) = (figures.peak_used as u64, figures.reserved as u64);
        observe::ended(&Seen {
            site: self.site,
            token,
            peak_used,
            exactness,
            reserved,
            heap: ended.heap.map(|heap| heap.inside),
        });
    }

    /// The body failed, and may go on.
    pub(crate) fn fail(&self) {
        self.slot.set_outcome(Outcome::Error);
    }

    /// Whether nothing is to be said or known of the scope beyond what nearly every one has.
    #[inline(always)]
    fn is_quiet(&self) -> bool {
        !event::is_wanted() && !self.slot.measures().any()
    }

    /// Whether nothing but its heap is to be known beyond that.
    fn is_counted_with_heap(&self) -> bool {
        !event::is_wanted() && !self.slot.measures().more_than_heap()
    }

    /// The body has ended by itself, with a result that means this.
    #[inline(always)]
    pub fn end(self, outcome: Outcome) {
        if !self.is_quiet() {
            return self.end_measured(outcome);
        }
        if local::end_parked::<false>(self.slot, outcome) {
            core::mem::forget(self);
        } else {
            self.slot.set_outcome(outcome);
        }
    }

    /// As [`Visit::end`], for any scope.
    #[inline(never)]
    fn end_measured(self, outcome: Outcome) {
        if self.is_counted_with_heap() && local::end_parked::<true>(self.slot, outcome) {
            core::mem::forget(self);
        } else {
            self.slot.set_outcome(outcome);
        }
    }

    /// As [`Visit::end`], with the arena, which need not be parked then.
    #[inline(always)]
    pub(crate) fn end_with(self, mut arena: OpenArena, outcome: Outcome) {
        if !self.is_quiet() {
            drop(arena);
            return self.end_measured(outcome);
        }
        if let Some(lease) = arena.take_simple() {
            match local::end(self.slot, lease, outcome) {
                None => return core::mem::forget(self),
                Some(lease) => arena.put_back(lease),
            }
        }
        drop(arena);
        self.slot.set_outcome(outcome);
    }
}

impl Drop for Visit {
    /// Every way out of every scope that is not counted by [`Visit::end`] at once is counted here.
    #[inline(never)]
    fn drop(&mut self) {
        let lease = local::unpark(self.slot);
        let left = self.slot.take_figures();
        let figures = lease.as_deref().and_then(Lease::simple_figures).unwrap_or(left);
        let measures = self.slot.measures();
        let outcome = match self.slot.outcome() {
            Outcome::Panicked if figures.unwound => Outcome::LimitExceeded,
            outcome => outcome,
        };
        if measures.is_polling() {
            // The poll that ran its code has not come to its end.
            self.slot.end_poll();
        }
        let (open_ms, span) = (self.slot.age_ms(), self.slot.take_span());
        let ended = Ended {
            outcome,
            figures: &figures,
            heap: measures.heap().then(|| self.slot.heap()),
            nanoseconds: measures.duration().then(|| self.slot.take_nanoseconds()),
        };
        local::count(self.site, &ended);
        if let Some(token) = self.slot.token() {
            self.show(token, &ended);
        }
        match lease {
            Some(lease) => {
                self.slot.lend();
                lease.give_back();
            }
            // Its arena was forgotten, and goes on to hold what it held.
            None => self.slot.lend(),
        }
        // Last, since a subscriber is others' code: one that panics leaves nothing open or
        // uncounted, and does not abort the process if the body panicked too.
        if event::is_wanted() {
            let mut panics = Panics::default();
            panics.guard(|| event::send(self.site, open_ms, &ended, span.as_ref()));
            panics.resume();
        }
    }
}
