//! A visit: one run of a site's code, from the moment its scope opens until the figures are counted.
//!
//! A visit outlives its arena by a little, because how the body ended is known only when its result is: the arena is closed, and
//! leaves its figures here, while the body's locals are dropped; then the result comes, or a panic, or nothing, when the future
//! was dropped. All of these ways end in one place, the visit's `Drop`.

use std::sync::atomic::{AtomicBool, AtomicU8, AtomicUsize, Ordering::Relaxed};

use crate::Site;
use crate::scope::RequestScope;
use crate::stats::{Figures, Outcome};
use crate::watch::Watch;

/// See the module. Part of the macro's expansion, not of the public interface.
#[derive(Debug)]
pub struct Visit {
    site: &'static Site,
    /// The outcome if the visit ended now; an index into [`Outcome::ALL`].
    outcome: AtomicU8,
    /// What the body's result says, before it is known that all else went well.
    judged: AtomicU8,
    was_panicking: bool,
    arena: Closed,
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
        Self::begin(site, Outcome::Returned, std::thread::panicking())
    }

    #[inline]
    fn begin(site: &'static Site, outcome: Outcome, was_panicking: bool) -> Self {
        site.entered();
        let judged = AtomicU8::new(Outcome::Returned as u8);
        Self { site, outcome: AtomicU8::new(outcome as u8), judged, was_panicking, arena: Closed::default() }
    }

    /// Opens the arena of this visit.
    #[inline]
    #[must_use]
    pub fn enter(&self) -> RequestScope<&Self> {
        RequestScope::of(self)
    }

    /// Calls `body`, so that its `return` and `?` end the body and not the function around it.
    #[inline]
    pub fn call<R>(&self, body: impl FnOnce() -> R) -> R {
        body()
    }

    /// Polls `body`, so that being dropped in between is told from a panic in it.
    #[inline]
    pub fn watch<F: Future>(&self, body: F) -> Watch<'_, F> {
        Watch::new(self, body)
    }

    /// Says what the body's result means.
    #[inline]
    pub fn judge(&self, outcome: Outcome) {
        self.judged.store(outcome as u8, Relaxed);
    }

    /// The body has ended by itself: its result counts.
    #[inline]
    pub fn end(&self) {
        self.outcome.store(self.judged.load(Relaxed), Relaxed);
    }

    /// Says how the visit would end if it ended now.
    #[inline]
    pub(crate) fn set_outcome(&self, outcome: Outcome) {
        self.outcome.store(outcome as u8, Relaxed);
    }

    pub(crate) fn site(&self) -> &'static Site {
        self.site
    }

    pub(crate) fn closed(&self, figures: &Figures) {
        self.arena.store(figures);
    }

    fn outcome(&self, figures: &Figures) -> Outcome {
        let mut outcome = Outcome::ALL[usize::from(self.outcome.load(Relaxed))];
        if outcome == Outcome::Returned && !self.was_panicking && std::thread::panicking() {
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
        let figures = self.arena.load();
        let outcome = self.outcome(&figures);
        self.site.stats.ended(outcome, &figures);
        tracing::event!(
            target: "request_arena",
            tracing::Level::DEBUG,
            scope = self.site.name(),
            outcome = outcome.as_str(),
            used_bytes = figures.used as u64,
            peak_used_bytes = figures.peak_used as u64,
            reserved_bytes = figures.reserved as u64,
            chunks = figures.chunks as u64,
            "request scope ended"
        );
    }
}

/// The figures of the closed arena. Atomic, though only ever used by one thread at a time, because the future that holds
/// a visit also holds a reference to it, and must be `Send`. Relaxed loads and stores cost what plain ones do.
#[derive(Debug, Default)]
struct Closed {
    used: AtomicUsize,
    peak_used: AtomicUsize,
    reserved: AtomicUsize,
    chunks: AtomicUsize,
    refusals: AtomicUsize,
    raw: AtomicBool,
    unwound: AtomicBool,
}

impl Closed {
    fn store(&self, figures: &Figures) {
        let Figures { used, peak_used, reserved, chunks, refusals, raw, unwound } = *figures;
        self.used.store(used, Relaxed);
        self.peak_used.store(peak_used, Relaxed);
        self.reserved.store(reserved, Relaxed);
        self.chunks.store(chunks, Relaxed);
        self.refusals.store(refusals, Relaxed);
        self.raw.store(raw, Relaxed);
        self.unwound.store(unwound, Relaxed);
    }

    fn load(&self) -> Figures {
        Figures {
            used: self.used.load(Relaxed),
            peak_used: self.peak_used.load(Relaxed),
            reserved: self.reserved.load(Relaxed),
            chunks: self.chunks.load(Relaxed),
            refusals: self.refusals.load(Relaxed),
            raw: self.raw.load(Relaxed),
            unwound: self.unwound.load(Relaxed),
        }
    }
}
