//! A slot: what is known of one open scope, for a reader on any thread; and where its arena, once closed, leaves its figures for the visit.
//!
//! How a body ended is known when its result is, after its locals, the arena's owner among them, are dropped. The owner must not
//! borrow from the visit outside (every escape error would then be reported twice, the second time about a variable the user has never
//! seen), so both hold a `&'static Slot`. Slots are never freed but used again: there are as many as scopes were ever open at once.

use core::time::Duration;
use std::sync::atomic::{
    AtomicBool, AtomicU8, AtomicU64, AtomicUsize,
    Ordering::{Acquire, Relaxed, Release},
};
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::stats::{Figures, Outcome};
use crate::{Site, clock, heap, local};

/// [`Slot::closed`]: no arena was closed; one was, and left `used` and `reserved`; one was, and left all its figures.
const NOTHING: u8 = 0;
const PLAIN: u8 = 1;
const FULL: u8 = 2;

/// [`Slot::flags`]: [`Figures::low`], [`Figures::high`], [`Figures::unwound`].
const LOW: u8 = 1;
const HIGH: u8 = 2;
const UNWOUND: u8 = 4;

/// See the module. All is atomic because a scope can move between threads, and relaxed because it is on one thread at a time;
/// such loads and stores cost what plain ones do. Aligned so that scopes of two threads share no cache line.
#[derive(Debug)]
#[repr(align(128))]
pub(crate) struct Slot {
    /// One more than the site's index; 0 when the slot is free.
    site: AtomicUsize,
    /// When the scope opened, by the coarse clock.
    since: AtomicU64,
    /// Chunk bytes that the scope's arenas hold. Forks on other threads add to it.
    pub(crate) in_use: AtomicU64,
    /// Somebody was warned that the scope is open for long.
    warned: AtomicBool,
    /// The outcome if the scope ended now; an index into [`Outcome::ALL`].
    outcome: AtomicU8,
    /// Whether an arena was closed and left its figures, and which.
    closed: AtomicU8,
    used: AtomicUsize,
    peak_used: AtomicUsize,
    reserved: AtomicUsize,
    chunks: AtomicUsize,
    refusals: AtomicUsize,
    abandoned: AtomicUsize,
    /// [`LOW`], [`HIGH`], [`UNWOUND`].
    flags: AtomicU8,
    /// Bytes allocated outside the arena so far; wraps, as what is taken off may come a poll later.
    heap: AtomicU64,
}

static FREE: Mutex<Vec<&'static Slot>> = Mutex::new(Vec::new());
static ALL: Mutex<Vec<&'static Slot>> = Mutex::new(Vec::new());

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The free slots of a thread that ends go to the shared list.
pub(crate) fn share(slots: &mut Vec<&'static Slot>) {
    lock(&FREE).append(slots);
}

/// An open scope, as a reader sees it.
#[derive(Clone, Copy)]
pub(crate) struct Open {
    pub(crate) site: usize,
    pub(crate) age: Duration,
    pub(crate) in_use: u64,
    pub(crate) slot: &'static Slot,
}

/// Every scope that is open.
pub(crate) fn open_scopes() -> Vec<Open> {
    let now = clock::now();
    let all = lock(&ALL).clone();
    all.into_iter().filter_map(|slot| slot.read(now)).collect()
}

impl Slot {
    pub(crate) const fn new() -> Self {
        Self {
            site: AtomicUsize::new(0),
            since: AtomicU64::new(0),
            in_use: AtomicU64::new(0),
            warned: AtomicBool::new(false),
            outcome: AtomicU8::new(0),
            closed: AtomicU8::new(NOTHING),
            used: AtomicUsize::new(0),
            peak_used: AtomicUsize::new(0),
            reserved: AtomicUsize::new(0),
            chunks: AtomicUsize::new(0),
            refusals: AtomicUsize::new(0),
            abandoned: AtomicUsize::new(0),
            flags: AtomicU8::new(0),
            heap: AtomicU64::new(0),
        }
    }

    /// A free slot.
    #[inline(always)]
    pub(crate) fn take() -> &'static Self {
        local::enter().and_then(|mut local| local.slot()).unwrap_or_else(Self::take_shared)
    }

    /// From now on a reader finds the scope.
    #[inline(always)]
    pub(crate) fn open(&self, site: &'static Site, outcome: Outcome) {
        self.outcome.store(outcome as u8, Relaxed);
        self.since.store(clock::now(), Relaxed);
        self.site.store(site.index() + 1, Release);
    }

    #[cold]
    #[inline(never)]
    pub(crate) fn take_shared() -> &'static Self {
        let free = lock(&FREE).pop();
        let make = || {
            let slot = &*Box::leak(Box::new(Self::new()));
            lock(&ALL).push(slot);
            slot
        };
        free.unwrap_or_else(|| heap::own(make))
    }

    /// The slot is free for any thread.
    #[cold]
    pub(crate) fn share(&'static self) {
        lock(&FREE).push(self);
    }

    /// Nothing of the scope is left, so that no reader finds it.
    #[inline(always)]
    pub(crate) fn clear(&self) {
        self.site.store(0, Release);
        self.in_use.store(0, Relaxed);
        self.warned.store(false, Relaxed);
        self.closed.store(NOTHING, Relaxed);
        self.heap.store(0, Relaxed);
    }

    fn read(&'static self, now: u64) -> Option<Open> {
        let site = self.site.load(Acquire).checked_sub(1)?;
        let age = Duration::from_millis(now.saturating_sub(self.since.load(Relaxed)));
        Some(Open { site, age, in_use: self.in_use.load(Relaxed), slot: self })
    }

    /// Whether nobody was warned of this scope before.
    pub(crate) fn warn_once(&self) -> bool {
        !self.warned.swap(true, Relaxed)
    }

    /// How long the scope has been open, by the coarse clock, in milliseconds.
    #[inline(always)]
    pub(crate) fn age_ms(&self) -> u64 {
        clock::now().saturating_sub(self.since.load(Relaxed))
    }

    /// Says how the scope would end if it ended now.
    #[inline(always)]
    pub(crate) fn set_outcome(&self, outcome: Outcome) {
        self.outcome.store(outcome as u8, Relaxed);
    }

    pub(crate) fn outcome(&self) -> Outcome {
        Outcome::ALL[self.outcome_index()]
    }

    /// Its place in [`Outcome::ALL`].
    #[inline(always)]
    pub(crate) fn outcome_index(&self) -> usize {
        usize::from(self.outcome.load(Relaxed))
    }

    /// The scope's code allocated so much outside its arena.
    #[inline(always)]
    pub(crate) fn add_heap(&self, bytes: u64) {
        self.heap.store(self.heap.load(Relaxed).wrapping_add(bytes), Relaxed);
    }

    /// Bytes that the scope's code allocated outside its arena.
    #[inline(always)]
    pub(crate) fn heap(&self) -> u64 {
        // What was taken off for chunks of a raw `&Bump` is their size as it was asked for: a little less than what the heap gave.
        let heap = self.heap.load(Relaxed);
        if heap > u64::MAX / 2 { 0 } else { heap }
    }

    #[inline(always)]
    pub(crate) fn store(&self, figures: &Figures) {
        let Figures { used, peak_used, reserved, chunks, refusals, abandoned, low, high, unwound } = *figures;
        self.used.store(used, Relaxed);
        self.peak_used.store(peak_used, Relaxed);
        self.reserved.store(reserved, Relaxed);
        self.chunks.store(chunks, Relaxed);
        self.refusals.store(refusals, Relaxed);
        self.abandoned.store(abandoned, Relaxed);
        self.flags.store((LOW * u8::from(low)) | (HIGH * u8::from(high)) | (UNWOUND * u8::from(unwound)), Relaxed);
        self.closed.store(FULL, Relaxed);
    }

    /// The panic that ends the body is not its arena's.
    pub(crate) fn forget_unwound(&self) {
        self.flags.store(self.flags.load(Relaxed) & !UNWOUND, Relaxed);
    }

    /// Leaves the figures of an arena whose use never fell and that asked for no chunk.
    #[inline(always)]
    pub(crate) fn store_plain(&self, used: u64, reserved: u64) {
        self.used.store(used as usize, Relaxed);
        self.reserved.store(reserved as usize, Relaxed);
        self.closed.store(PLAIN, Relaxed);
    }

    /// `used`, which is the peak too, and `reserved`, if that is all there is to say.
    #[inline(always)]
    pub(crate) fn plain(&self) -> Option<(u64, u64)> {
        let is_plain = self.closed.load(Relaxed) == PLAIN;
        is_plain.then(|| (self.used.load(Relaxed) as u64, self.reserved.load(Relaxed) as u64))
    }

    /// What the closed arena left; nothing, if none was opened.
    pub(crate) fn figures(&self) -> Figures {
        match self.closed.load(Relaxed) {
            NOTHING => return Figures::default(),
            PLAIN => {
                let (used, reserved) = (self.used.load(Relaxed), self.reserved.load(Relaxed));
                return Figures { used, peak_used: used, reserved, ..Figures::default() };
            }
            _ => {}
        }
        let flags = self.flags.load(Relaxed);
        Figures {
            used: self.used.load(Relaxed),
            peak_used: self.peak_used.load(Relaxed),
            reserved: self.reserved.load(Relaxed),
            chunks: self.chunks.load(Relaxed),
            refusals: self.refusals.load(Relaxed),
            abandoned: self.abandoned.load(Relaxed),
            low: flags & LOW != 0,
            high: flags & HIGH != 0,
            unwound: flags & UNWOUND != 0,
        }
    }
}
