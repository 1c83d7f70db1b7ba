//! One reading: the figures of one moment, as the history keeps them.

use core::time::Duration;

use request_arena_core::Counts;
use request_arena_memory::ProcessReading;

use super::metered::{self, MeteredReading};
use super::probe::{HeapReading, Outside};
use super::workload;

/// The number of handlers with a scope counter of their own. Later handlers count only in the sum.
pub(super) const MOST_SITES: usize = 32;

/// The figures of an allocator.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct HeapSample {
    pub(super) figures: HeapReading,
    /// Whether its live bytes are of this moment, and whether all figures are. Slow figures may be
    /// older.
    pub(super) is_live_new: bool,
    pub(super) is_new: bool,
}

impl HeapSample {
    /// The current figures, filled up from the previous ones.
    pub(super) fn of(now: Option<HeapReading>, before: Option<Self>) -> Option<Self> {
        let is_live_new = now.is_some_and(|now| now.in_use_bytes().is_some());
        let figures = match (now, before) {
            (Some(now), Some(before)) => now.or(before.figures),
            (now, before) => now.or(before.map(|before| before.figures))?,
        };
        Some(Self { figures, is_live_new, is_new: now == Some(figures) })
    }
}

/// The figures of one moment, in bytes.
#[derive(Clone, Debug)]
pub(super) struct Reading {
    /// The time since the doctor's start.
    pub(super) at: Duration,
    /// The operating system's counters.
    pub(super) process: ProcessReading,
    /// The container's memory outside of RSS, if it is of this moment.
    pub(super) outside: Option<Outside>,
    /// The figures of each allocator, in the order of the probes. `None` if one never answered.
    pub(super) heaps: Box<[Option<HeapSample>]>,
    /// Whether `process` has page faults and processor times.
    pub(super) has_counters: bool,
    /// The pages that the allocators have given back so far. `None` if none of them counts that, or
    /// their figures are old.
    pub(super) given_back_pages: Option<u64>,
    /// Chunks that open scopes hold.
    pub(super) arenas_in_use: u64,
    /// The part of these bytes that was certainly written.
    pub(super) arenas_in_use_touched: u64,
    /// Chunks that wait in the pool.
    pub(super) arenas_retained: u64,
    /// The part of these bytes that scopes have written.
    pub(super) arenas_retained_touched: u64,
    /// Requests served: ended scopes, and [`record_requests`](super::record_requests).
    pub(super) requests: u64,
    /// Ended scopes of each handler, in the order of the report.
    pub(super) scopes: Box<[u64]>,
    /// The named arenas.
    pub(super) metered: Box<[MeteredReading]>,
    /// Whether it includes memory that the doctor itself used for looking names up. Then it is no
    /// evidence.
    pub(super) is_disturbed: bool,
}

impl Reading {
    /// The figures of the allocator at this place.
    pub(super) fn heap(&self, place: usize) -> HeapSample {
        self.heaps.get(place).copied().flatten().unwrap_or_default()
    }

    /// Chunks of all known arenas.
    pub(super) fn arenas(&self) -> u64 {
        let metered = self.metered.iter().map(|arena| arena.reserved_bytes);
        self.arenas_in_use + self.arenas_retained + metered.sum::<u64>()
    }

    /// A reading from figures of about the same moment.
    pub(super) fn of(
        at: Duration,
        process: ProcessReading,
        heaps: Box<[Option<HeapSample>]>,
        counts: &Counts,
    ) -> Self {
        Self {
            at,
            process,
            outside: None,
            heaps,
            has_counters: false,
            given_back_pages: None,
            arenas_in_use: counts.in_use_bytes,
            arenas_in_use_touched: counts.in_use_touched_bytes,
            arenas_retained: counts.retained_bytes,
            arenas_retained_touched: counts.retained_touched_bytes,
            requests: workload::served(&counts.ended),
            scopes: counts.ended.iter().copied().take(MOST_SITES).collect(),
            metered: metered::read(),
            is_disturbed: false,
        }
    }
}
