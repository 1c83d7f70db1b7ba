//! A slot: the published state of one open scope, for readers on any thread. When a scope's arena
//! is closed in full, it leaves its figures here for the scope's run.
//!
//! Every arena has a slot for life, its [`OwnSlot`](registry::OwnSlot). A scope that takes an arena
//! takes its slot too, so the bytes that the arena holds are already published. The arena of a fork
//! or a child scope does not use its own slot: it publishes through the slot of the request.
//!
//! The outcome of a body is known only after its locals are dropped, and the owner of the arena is
//! one of them. So the owner and the run around it share state, and both hold a `&'static Slot`.
//! The owner must not borrow from the run, because the compiler would then report every escape
//! error twice. The second report would be about a variable that the user has never seen.
//!
//! Slots are never freed, but reused. There are as many slots as arenas ever existed at the same
//! time. A reader visits only the slots of existing arenas.

use core::time::Duration;
use std::sync::atomic::{
    AtomicBool, AtomicU8, AtomicU32, AtomicU64, AtomicUsize,
    Ordering::{Acquire, Relaxed, Release},
};

use tracing::Span;

use crate::clock;
use crate::figures::stats::Outcome;
use crate::sync::Mutex;

pub(crate) mod buffered;
mod ending;
mod measuring;
pub(crate) mod registry;

/// Values of [`Slot::site`]: `IN_POOL` for an arena in the pool, `FURTHER` for the arena of a fork
/// or a child scope, and `BUFFER` plus the site's number for a response buffer.
const IN_POOL: usize = 0;
const FURTHER: usize = usize::MAX;
const BUFFER: usize = 1 << (usize::BITS - 1);

/// A placeholder for a time: no look has found a scope here, or the scope has not published its
/// start.
const NEVER: u64 = u64::MAX;

/// Outcome of a scope if none is set explicitly.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Ending {
    Panicked = Outcome::Panicked as isize,
    Cancelled = Outcome::Cancelled as isize,
    Returned = Outcome::Returned as isize,
    /// `Panicked` if a panic ends the scope, `Returned` otherwise.
    ReturnedUnlessPanicking = Outcome::ALL.len() as isize,
}

/// See the module. All fields are atomic because a scope can move between threads. Accesses are
/// relaxed because it is on one thread at a time, so they cost as much as plain ones. The alignment
/// keeps scopes of two threads from sharing a cache line.
#[derive(Debug)]
#[repr(C, align(128))]
pub(crate) struct Slot {
    /// The site's number, or [`IN_POOL`] or [`FURTHER`] if no scope is open here.
    site: AtomicUsize,
    /// The time of the last [look](clock::last_look) before the scope opened.
    since: AtomicU64,
    /// The first look that found a scope here, and the `since` of that scope. A scope with another
    /// `since` has not been seen yet.
    seen: AtomicU64,
    seen_since: AtomicU64,
    /// Chunk bytes that the scope's arenas hold, or that the arena in the pool retains. Forks on
    /// other threads add to it.
    pub(crate) held: AtomicU64,
    /// Chunk bytes of the scope's response buffers, see [`buffered`].
    buffered: AtomicU64,
    /// Bytes of the arena's first chunk that scopes have written since the chunk was allocated.
    pub(crate) touched: AtomicU64,
    /// The outcome if the scope ended now: an [`Outcome`], or one of [`Ending`].
    ending: AtomicU8,
    /// The optional measures of this scope, as the bits of
    /// [`Measures`](crate::figures::measures::Measures).
    measures: AtomicU8,
    /// The index in the [registry]'s list.
    place: AtomicUsize,
    /// Whether an arena was closed in full and stored its figures in the fields below.
    closed: AtomicBool,
    /// A set of the bits in [`ending`].
    flags: AtomicU8,
    used: AtomicUsize,
    peak_used: AtomicUsize,
    reserved: AtomicUsize,
    chunks: AtomicUsize,
    refusals: AtomicUsize,
    budget_refusals: AtomicUsize,
    over_limit: AtomicUsize,
    abandoned: AtomicUsize,
    wasted: AtomicUsize,
    /// Bytes allocated outside the arena so far, if measured. Arithmetic wraps, because a deduction
    /// can come one poll later than the bytes that it belongs to.
    heap: AtomicU64,
    /// Bytes allocated before the scope, if measured.
    before: AtomicU64,
    /// The scope around this one on its thread, if the heap is measured: see
    /// [`running`](crate::coverage::running).
    outer: AtomicU32,
    /// The start of the scope in nanoseconds, if measured. [`NEVER`] until the scope publishes it.
    began: AtomicU64,
    /// The observer's token for the scope, if the scope is observed.
    token: AtomicU64,
    /// One more than the [`Slot::since`] of the last scope here that caused a warning.
    warned: AtomicU64,
    /// The span in which the scope was opened, if a subscriber was active.
    has_span: AtomicBool,
    span: Mutex<Option<Span>>,
}

/// An open scope, as a reader sees it.
#[derive(Clone, Copy)]
pub(crate) struct Open {
    /// The site's number.
    pub(crate) site: usize,
    /// The minimum age: the time since the first look that found the scope, or since it opened if
    /// durations are measured.
    pub(crate) age: Duration,
    pub(crate) in_use: u64,
    /// Bytes of `in_use` that earlier scopes have certainly written.
    pub(crate) touched: u64,
    pub(crate) slot: &'static Slot,
}

/// The memory of an arena in the pool, in bytes.
#[derive(Clone, Copy)]
pub(crate) struct Kept {
    /// Bytes of chunks.
    pub(crate) held: u64,
    /// Bytes of `held` that scopes have written.
    pub(crate) touched: u64,
}

/// Whether a value of [`Slot::site`] is the number of a scope's site.
fn is_scope(site: usize) -> bool {
    site != IN_POOL && site < BUFFER
}

impl Slot {
    const fn new() -> Self {
        Self {
            site: AtomicUsize::new(IN_POOL),
            since: AtomicU64::new(0),
            seen: AtomicU64::new(0),
            seen_since: AtomicU64::new(NEVER),
            held: AtomicU64::new(0),
            buffered: AtomicU64::new(0),
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
            budget_refusals: AtomicUsize::new(0),
            over_limit: AtomicUsize::new(0),
            abandoned: AtomicUsize::new(0),
            wasted: AtomicUsize::new(0),
            heap: AtomicU64::new(0),
            before: AtomicU64::new(0),
            outer: AtomicU32::new(0),
            began: AtomicU64::new(NEVER),
            token: AtomicU64::new(0),
            warned: AtomicU64::new(0),
            has_span: AtomicBool::new(false),
            span: Mutex::new(None),
        }
    }

    /// Publishes the scope. `number` is the number of its site.
    #[inline(always)]
    pub(crate) fn open(&self, number: usize, ending: Ending) {
        self.ending.store(ending as u8, Relaxed);
        self.since.store(clock::last_look(), Relaxed);
        self.detach_buffers();
        self.site.store(number, Release);
    }

    /// Marks the arena as a response buffer of the site with this number.
    #[inline(always)]
    pub(crate) fn lend_to_buffer(&self, number: usize) {
        self.site.store(BUFFER | number, Release);
    }

    /// The number of the site of the response buffer here, and the bytes that it holds.
    fn read_buffer(&self) -> Option<(usize, u64)> {
        let site = self.site.load(Acquire);
        let is_buffer = site & BUFFER != 0 && site != FURTHER;
        is_buffer.then(|| (site & !BUFFER, self.held.load(Relaxed)))
    }

    /// The number of the site of the scope that is open here.
    #[inline(always)]
    pub(crate) fn number(&self) -> usize {
        self.site.load(Relaxed)
    }

    /// Marks the arena as that of a fork or a child scope.
    pub(crate) fn lend(&self) {
        self.site.store(FURTHER, Release);
    }

    /// Removes the scope from the view of readers, because it is over.
    #[inline(always)]
    pub(crate) fn close(&self) {
        self.site.store(IN_POOL, Release);
    }

    /// Whether a scope is open here. Its run has not ended yet.
    pub(crate) fn is_open(&self) -> bool {
        is_scope(self.site.load(Relaxed))
    }

    fn read(&'static self, look: u64) -> Option<Open> {
        let site = self.site.load(Acquire);
        if !is_scope(site) {
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

    /// The earliest time, in nanoseconds, at which the scope is known to have been open. A scope
    /// does not read the clock when it opens, because that costs more than an empty scope.
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

    /// Whether this is the first warning of this scope.
    pub(crate) fn warn_once(&self) -> bool {
        // `since` identifies the scope: a scope that causes a warning has been open for a while, so
        // the next scope here has another `since`.
        let scope = self.since.load(Relaxed) + 1;
        self.warned.swap(scope, Relaxed) != scope
    }

    /// The minimum age of the scope as of the last look, in milliseconds.
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
