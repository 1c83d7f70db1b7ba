//! A slot: what is known of one open scope, for a reader on any thread; and where its arena, closed
//! in full, leaves its figures for its run.
//!
//! Every arena has a slot for life, its [`OwnSlot`](registry::OwnSlot): a scope that takes the arena has its slot too,
//! and what the arena holds need not be said again. A fork's or a child scope's arena leaves its
//! own slot alone and speaks through the request's.
//!
//! How a body ended is known when its result is, after its locals, the arena's owner among them,
//! are dropped. The owner must not borrow from the visit outside (every escape error would then be
//! reported twice, the second time about a variable the user has never seen), so both hold a
//! `&'static Slot`. Slots are never freed but used again: there are as many as arenas ever were
//! there at once. A reader walks those of the arenas that there are.

use core::time::Duration;
use std::sync::atomic::{
    AtomicBool, AtomicU8, AtomicU64, AtomicUsize,
    Ordering::{Acquire, Relaxed, Release},
};

use tracing::Span;

use crate::clock;
use crate::figures::stats::Outcome;
use crate::sync::Mutex;

mod ending;
mod measuring;
pub(crate) mod registry;

/// [`Slot::site`]: the arena is in the pool, or it is a fork's or a child scope's.
const NOBODY: usize = 0;
const FURTHER: usize = usize::MAX;

/// Instead of a time: no scope was seen here, or none has said when it began.
const NEVER: u64 = u64::MAX;

/// Outcome of a scope if none is set explicitly.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Ending {
    Panicked = Outcome::Panicked as isize,
    Cancelled = Outcome::Cancelled as isize,
    Returned = Outcome::Returned as isize,
    /// Returned, or panicked if a panic ends it.
    ReturnedUnlessPanicking = Outcome::ALL.len() as isize,
}

/// See the module. All is atomic because a scope can move between threads, and relaxed because it
/// is on one thread at a time; such loads and stores cost what plain ones do. Aligned so that
/// scopes of two threads share no cache line.
#[derive(Debug)]
#[repr(C, align(128))]
pub(crate) struct Slot {
    /// The site's number; [`NOBODY`] or [`FURTHER`] when no scope is open here.
    site: AtomicUsize,
    /// The last [look](clock::last_look) before the scope opened.
    since: AtomicU64,
    /// The first look that found a scope here, and the `since` of that scope: any other scope has
    /// not been seen yet.
    seen: AtomicU64,
    seen_since: AtomicU64,
    /// Chunk bytes that the scope's arenas hold, or what the arena in the pool keeps. Forks on
    /// other threads add to it.
    pub(crate) held: AtomicU64,
    /// Of the chunk that the slot's own arena came with, bytes that scopes have written since it
    /// was made.
    pub(crate) touched: AtomicU64,
    /// How the scope would end if it ended now: an [`Outcome`], or one of [`Ending`].
    ending: AtomicU8,
    /// What is measured of the scope beyond what always is.
    measures: AtomicU8,
    /// Where it is in the [registry]'s list.
    place: AtomicUsize,
    /// Whether an arena was closed in full and left what follows.
    closed: AtomicBool,
    /// [`LOWER_BOUND`], [`UPPER_BOUND`], [`LIMIT_PANICKED`].
    flags: AtomicU8,
    used: AtomicUsize,
    peak_used: AtomicUsize,
    reserved: AtomicUsize,
    chunks: AtomicUsize,
    refusals: AtomicUsize,
    abandoned: AtomicUsize,
    wasted: AtomicUsize,
    /// Bytes allocated outside the arena so far, if that is measured; wraps, as what is taken off
    /// may come a poll later.
    heap: AtomicU64,
    /// Bytes allocated before the scope, if that is measured.
    before: AtomicU64,
    /// When the scope opened, in nanoseconds, if that is measured; [`NEVER`] if it has not said so
    /// yet.
    began: AtomicU64,
    /// What the observer called the scope when it opened, if it is observed.
    token: AtomicU64,
    /// One more than the [`Slot::since`] of the last scope here that somebody was warned of.
    warned: AtomicU64,
    /// The span in which the scope was opened, if anybody listened.
    has_span: AtomicBool,
    span: Mutex<Option<Span>>,
}

/// An open scope, as a reader sees it.
#[derive(Clone, Copy)]
pub(crate) struct Open {
    /// The site's number.
    pub(crate) site: usize,
    /// At least so long: since the first look that found it, or since it opened if that is
    /// measured.
    pub(crate) age: Duration,
    pub(crate) in_use: u64,
    /// Of that, bytes that were written for sure.
    pub(crate) touched: u64,
    pub(crate) slot: &'static Slot,
}

/// What an arena in the pool keeps, in bytes.
#[derive(Clone, Copy)]
pub(crate) struct Kept {
    /// In chunks.
    pub(crate) held: u64,
    /// Of that, what scopes have written.
    pub(crate) touched: u64,
}

impl Slot {
    const fn new() -> Self {
        Self {
            site: AtomicUsize::new(NOBODY),
            since: AtomicU64::new(0),
            seen: AtomicU64::new(0),
            seen_since: AtomicU64::new(NEVER),
            held: AtomicU64::new(0),
            touched: AtomicU64::new(0),
            ending: AtomicU8::new(0),
            measures: AtomicU8::new(0),
            place: AtomicUsize::new(0),
            closed: AtomicBool::new(false),
            flags: AtomicU8::new(0),
            used: AtomicUsize::new(0),
            peak_used: AtomicUsize::new(0),
            reserved: AtomicUsize::new(0),
            chunks: AtomicUsize::new(0),
            refusals: AtomicUsize::new(0),
            abandoned: AtomicUsize::new(0),
            wasted: AtomicUsize::new(0),
            heap: AtomicU64::new(0),
            before: AtomicU64::new(0),
            began: AtomicU64::new(NEVER),
            token: AtomicU64::new(0),
            warned: AtomicU64::new(0),
            has_span: AtomicBool::new(false),
            span: Mutex::new(None),
        }
    }

    /// From now on a reader finds the scope, which is of the site with this number.
    #[inline(always)]
    pub(crate) fn open(&self, number: usize, ending: Ending) {
        self.ending.store(ending as u8, Relaxed);
        self.since.store(clock::last_look(), Relaxed);
        self.site.store(number, Release);
    }

    /// The number of the site whose scope is open here.
    #[inline(always)]
    pub(crate) fn number(&self) -> usize {
        self.site.load(Relaxed)
    }

    /// The arena is a fork's or a child scope's.
    pub(crate) fn lend(&self) {
        self.site.store(FURTHER, Release);
    }

    /// The scope is over, so that no reader finds it.
    #[inline(always)]
    pub(crate) fn close(&self) {
        self.site.store(NOBODY, Release);
    }

    /// Whether a scope is open here, whose visit will end.
    pub(crate) fn is_open(&self) -> bool {
        !matches!(self.site.load(Relaxed), NOBODY | FURTHER)
    }

    fn read(&'static self, look: u64) -> Option<Open> {
        let site = self.site.load(Acquire);
        if site == NOBODY || site == FURTHER {
            return None;
        }
        let age = Duration::from_nanos(look.saturating_sub(self.begin(look)));
        let Kept { held, touched } = self.kept();
        Some(Open { site, age, in_use: held, touched, slot: self })
    }

    fn kept(&self) -> Kept {
        let held = self.held.load(Relaxed);
        Kept { held, touched: self.touched.load(Relaxed).min(held) }
    }

    /// The earliest moment at which the scope is known to have been open, in nanoseconds. The scope
    /// took no reading of the clock when it opened, which would cost more than an empty scope does.
    fn begin(&self, look: u64) -> u64 {
        let since = self.since.load(Relaxed);
        let began = self.began.load(Relaxed);
        if self.measures().duration() && began != NEVER {
            return began;
        }
        if self.seen_since.load(Relaxed) == since {
            return self.seen.load(Relaxed);
        }
        if since < look {
            self.seen.store(look, Relaxed);
            self.seen_since.store(since, Relaxed);
        }
        look
    }

    /// Whether nobody was warned of this scope before.
    pub(crate) fn warn_once(&self) -> bool {
        // A scope that is warned of has been open for a while: the next one here cannot have begun
        // at the same moment.
        let scope = self.since.load(Relaxed) + 1;
        self.warned.swap(scope, Relaxed) != scope
    }

    /// How long the scope has been open at least, as of the last look, in milliseconds.
    pub(crate) fn age_ms(&self) -> u64 {
        if self.measures().duration() {
            return clock::exact().saturating_sub(self.began.load(Relaxed)) / 1_000_000;
        }
        let is_seen = self.seen_since.load(Relaxed) == self.since.load(Relaxed);
        if is_seen {
            clock::last_look().saturating_sub(self.seen.load(Relaxed)) / 1_000_000
        } else {
            0
        }
    }
}
