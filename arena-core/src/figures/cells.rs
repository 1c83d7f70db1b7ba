//! The counters of one site on one thread. They are atomics that a single thread writes, by a load
//! and a store, and that any thread reads.
//!
//! Derived figures have no counter: the resets are the sum of the outcomes, and the count of a
//! histogram is the sum of its buckets.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use crate::figures::histogram::{BUCKETS, Bytes, Histogram, Nanoseconds};
use crate::figures::ledger::Counters;
use crate::figures::stats::{Figures, HeapTaken, Outcome, Outcomes};

/// A histogram with a single writing thread.
struct HistogramCells {
    buckets: [AtomicU64; BUCKETS],
    sum: AtomicU64,
    max: AtomicU64,
}

/// Adds to a counter that only this thread writes.
#[inline(always)]
fn add(counter: &AtomicU64, more: u64) {
    counter.store(counter.load(Relaxed).wrapping_add(more), Relaxed);
}

impl Default for HistogramCells {
    fn default() -> Self {
        Self {
            buckets: core::array::from_fn(|_| AtomicU64::new(0)),
            sum: AtomicU64::new(0),
            max: AtomicU64::new(0),
        }
    }
}

impl HistogramCells {
    #[inline(always)]
    fn record<const FIRST: u32>(&self, value: u64) {
        self.record_in(Histogram::<FIRST>::index(value), value);
    }

    #[inline(always)]
    fn record_in(&self, bucket: usize, value: u64) {
        if let Some(bucket) = self.buckets.get(bucket) {
            add(bucket, 1);
        }
        add(&self.sum, value);
        if value > self.max.load(Relaxed) {
            self.max.store(value, Relaxed);
        }
    }

    fn add_to<const FIRST: u32>(&self, totals: &mut Histogram<FIRST>) {
        for (total, bucket) in totals.buckets.iter_mut().zip(&self.buckets) {
            *total += bucket.load(Relaxed);
        }
        totals.sum = totals.sum.wrapping_add(self.sum.load(Relaxed));
        totals.max = totals.max.max(self.max.load(Relaxed));
    }
}

/// The figures of a scope that ended, ready to be counted.
#[derive(Clone, Copy)]
pub(crate) struct EndedScope<'f> {
    pub(crate) outcome: Outcome,
    pub(crate) figures: &'f Figures,
    /// Bytes allocated outside the arena, if a hook measured them.
    pub(crate) heap: Option<HeapTaken>,
    pub(crate) nanoseconds: Option<u64>,
}

/// See the module. The alignment keeps counters of different threads out of the same cache line,
/// and out of the same pair of lines that the processor prefetches.
#[derive(Default)]
#[repr(align(128))]
pub(crate) struct Cells {
    outcomes: [AtomicU64; Outcome::ALL.len()],
    /// Bytes in use at the end of scopes that never gave bytes back. This is their peak, too.
    plain: HistogramCells,
    /// Bytes in use at the end of all other scopes.
    used: HistogramCells,
    peak_used: HistogramCells,
    reserved: HistogramCells,
    chunks: AtomicU64,
    refusals: AtomicU64,
    budget_refusals: AtomicU64,
    over_limit: AtomicU64,
    abandoned: AtomicU64,
    peak_is_lower_bound: AtomicU64,
    peak_is_upper_bound: AtomicU64,
    heap: HistogramCells,
    arena_of_heap: AtomicU64,
    /// Outermost scopes of a request. The next two fields count bytes allocated before and after
    /// them.
    outermost: AtomicU64,
    before: AtomicU64,
    after: AtomicU64,
    duration: HistogramCells,
    /// Bytes written to response buffers.
    responses: HistogramCells,
}

impl Cells {
    /// Counts a scope that ended.
    pub(crate) fn count(&self, ended: &EndedScope<'_>) {
        let figures = ended.figures;
        add(&self.outcomes[ended.outcome as usize], 1);
        self.used.record::<7>(figures.used as u64);
        self.peak_used.record::<7>(figures.peak_used as u64);
        self.reserved.record::<7>(figures.reserved as u64);
        if figures.is_unusual() {
            self.count_unusual(figures);
        }
        if let Some(heap) = ended.heap {
            self.count_heap(heap, figures.useful());
        }
        if let Some(nanoseconds) = ended.nanoseconds {
            self.duration.record::<13>(nanoseconds);
        }
    }

    /// Counts the heap bytes of a scope. `useful` is the part of its arena's peak that collections
    /// had not abandoned.
    #[inline(always)]
    pub(crate) fn count_heap(&self, heap: HeapTaken, useful: u64) {
        self.heap.record::<7>(heap.inside);
        add(&self.arena_of_heap, useful);
        if let Some(before) = heap.before {
            add(&self.outermost, 1);
            add(&self.before, before);
        }
    }

    /// Counts heap bytes that a request allocated after its last scope.
    pub(crate) fn count_after(&self, bytes: u64) {
        add(&self.after, bytes);
    }

    /// Counts an allocation of a response buffer that the budget refused.
    pub(crate) fn count_budget_refusal(&self) {
        add(&self.budget_refusals, 1);
    }

    /// Counts a response buffer that passed a limit that is only measured.
    pub(crate) fn count_over_limit(&self) {
        add(&self.over_limit, 1);
    }

    /// Counts a response buffer with this many bytes.
    #[inline(always)]
    pub(crate) fn count_response(&self, bytes: u64) {
        self.responses.record::<7>(bytes);
    }

    /// The sizes of response buffers counted so far, by bucket.
    pub(crate) fn responses(&self) -> impl Iterator<Item = u64> + '_ {
        self.responses.buckets.iter().map(|bucket| bucket.load(Relaxed))
    }

    /// Counts a scope that only allocated from its arena's first chunk.
    #[inline(always)]
    pub(crate) fn count_plain(
        &self,
        outcome: Outcome,
        used: u64,
        (reserved, bucket): (u64, usize),
    ) {
        add(&self.outcomes[outcome as usize], 1);
        self.plain.record::<7>(used);
        self.reserved.record_in(bucket, reserved);
    }

    /// As [`Cells::count_plain`], for a scope that gave bytes back or left some behind.
    #[inline(never)]
    pub(crate) fn count_rewound(
        &self,
        outcome: Outcome,
        (used, peak_used): (u64, u64),
        (reserved, bucket): (u64, usize),
        abandoned: u64,
    ) {
        add(&self.outcomes[outcome as usize], 1);
        self.used.record::<7>(used);
        self.peak_used.record::<7>(peak_used);
        self.reserved.record_in(bucket, reserved);
        add(&self.abandoned, abandoned);
    }

    /// The peaks counted so far, by bucket.
    pub(crate) fn peaks(&self) -> impl Iterator<Item = u64> + '_ {
        let both = self.peak_used.buckets.iter().zip(&self.plain.buckets);
        both.map(|(peaks, plain)| peaks.load(Relaxed).wrapping_add(plain.load(Relaxed)))
    }

    /// The scopes counted so far.
    pub(crate) fn ended(&self) -> u64 {
        self.outcomes.iter().map(|outcome| outcome.load(Relaxed)).sum()
    }

    /// Adds the durations counted so far.
    pub(crate) fn add_durations_to(&self, durations: &mut Nanoseconds) {
        self.duration.add_to(durations);
    }

    #[inline(never)]
    fn count_unusual(&self, figures: &Figures) {
        add(&self.chunks, figures.chunks as u64);
        add(&self.refusals, figures.refusals as u64);
        add(&self.budget_refusals, figures.budget_refusals as u64);
        add(&self.over_limit, figures.over_limit as u64);
        add(&self.abandoned, figures.abandoned as u64);
        add(&self.peak_is_lower_bound, u64::from(figures.peak_is_lower_bound));
        add(&self.peak_is_upper_bound, u64::from(figures.peak_is_upper_bound));
    }
}

/// The sums of [`Cells`] over threads.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Totals {
    pub(crate) outcomes: Outcomes,
    pub(crate) used: Bytes,
    pub(crate) peak_used: Bytes,
    pub(crate) reserved: Bytes,
    pub(crate) chunks: u64,
    pub(crate) refusals: u64,
    pub(crate) budget_refusals: u64,
    pub(crate) over_limit: u64,
    pub(crate) abandoned: u64,
    /// Scopes whose peak is a lower bound, and below, scopes whose peak is an upper bound.
    pub(crate) peak_is_lower_bound: u64,
    pub(crate) peak_is_upper_bound: u64,
    pub(crate) heap: Bytes,
    pub(crate) arena_of_heap: u64,
    pub(crate) outermost: u64,
    pub(crate) before: u64,
    pub(crate) after: u64,
    pub(crate) duration: Nanoseconds,
    pub(crate) responses: Bytes,
}

impl Totals {
    pub(crate) const NOTHING: Self = Self {
        outcomes: Outcomes { returned: 0, error: 0, panicked: 0, cancelled: 0, limit_exceeded: 0 },
        used: Bytes::NOTHING,
        peak_used: Bytes::NOTHING,
        reserved: Bytes::NOTHING,
        chunks: 0,
        refusals: 0,
        budget_refusals: 0,
        over_limit: 0,
        abandoned: 0,
        peak_is_lower_bound: 0,
        peak_is_upper_bound: 0,
        heap: Bytes::NOTHING,
        arena_of_heap: 0,
        outermost: 0,
        before: 0,
        after: 0,
        duration: Nanoseconds::NOTHING,
        responses: Bytes::NOTHING,
    };
}

impl Counters for Cells {
    type Totals = Totals;

    fn add_to(&self, totals: &mut Totals) {
        for (outcome, counter) in Outcome::ALL.into_iter().zip(&self.outcomes) {
            *totals.outcomes.slot(outcome) += counter.load(Relaxed);
        }
        self.plain.add_to(&mut totals.used);
        self.plain.add_to(&mut totals.peak_used);
        self.used.add_to(&mut totals.used);
        self.peak_used.add_to(&mut totals.peak_used);
        self.reserved.add_to(&mut totals.reserved);
        totals.chunks += self.chunks.load(Relaxed);
        totals.refusals += self.refusals.load(Relaxed);
        totals.budget_refusals += self.budget_refusals.load(Relaxed);
        totals.over_limit += self.over_limit.load(Relaxed);
        totals.abandoned += self.abandoned.load(Relaxed);
        totals.peak_is_lower_bound += self.peak_is_lower_bound.load(Relaxed);
        totals.peak_is_upper_bound += self.peak_is_upper_bound.load(Relaxed);
        self.heap.add_to(&mut totals.heap);
        totals.arena_of_heap = totals.arena_of_heap.wrapping_add(self.arena_of_heap.load(Relaxed));
        totals.outermost += self.outermost.load(Relaxed);
        totals.before = totals.before.wrapping_add(self.before.load(Relaxed));
        totals.after = totals.after.wrapping_add(self.after.load(Relaxed));
        self.duration.add_to(&mut totals.duration);
        self.responses.add_to(&mut totals.responses);
    }
}
