//! One reading: what everything held at one moment, as the history keeps it.

use core::time::Duration;

use request_arena_core::Report;

use super::metered::{self, MeteredReading};
use super::probe::HeapReading;
use super::workload;
use request_arena_memory::ProcessReading;

/// The most sites whose scopes are counted each by itself; those of later sites count into the sum.
pub(super) const MOST_SITES: usize = 32;

/// What an allocator has told.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct HeapSample {
    pub(super) figures: HeapReading,
    /// Whether its live bytes are of this moment, and whether all of it is. What is asked for
    /// seldom is as it was.
    pub(super) is_live_new: bool,
    pub(super) is_new: bool,
}

impl HeapSample {
    /// What it tells now, and where it does not, what it told before.
    pub(super) fn of(now: Option<HeapReading>, before: Option<Self>) -> Option<Self> {
        let is_live_new = now.is_some_and(|now| now.live_bytes.is_some());
        let figures = match (now, before) {
            (Some(now), Some(before)) => now.or(before.figures),
            (now, before) => now.or(before.map(|before| before.figures))?,
        };
        Some(Self { figures, is_live_new, is_new: now == Some(figures) })
    }
}

/// What everything held at one moment, in bytes.
#[derive(Clone, Debug)]
pub(super) struct Reading {
    /// The moment, after the doctor's start.
    pub(super) at: Duration,
    /// What the operating system says.
    pub(super) process: ProcessReading,
    /// What each allocator says, in the order of the probes; `None` if it never answered.
    pub(super) heaps: Box<[Option<HeapSample>]>,
    /// Chunks that open scopes hold.
    pub(super) arenas_in_use: u64,
    /// Of these, bytes that were written for sure.
    pub(super) arenas_in_use_touched: u64,
    /// Chunks that wait in the pool.
    pub(super) arenas_retained: u64,
    /// Of these, bytes that scopes have written.
    pub(super) arenas_retained_touched: u64,
    /// Requests served: scopes that ended, and what [`record_requests`](super::record_requests) was told.
    pub(super) requests: u64,
    /// Scopes that ended, of each site, in the order of the report.
    pub(super) scopes: Box<[u64]>,
    /// The named arenas.
    pub(super) metered: Box<[MeteredReading]>,
    /// The doctor's own work shows in it: memory that looking names up took and that has not gone
    /// back yet. It is no evidence.
    pub(super) is_disturbed: bool,
}

impl Reading {
    /// What the allocator at this place says.
    pub(super) fn heap(&self, place: usize) -> HeapSample {
        self.heaps.get(place).copied().flatten().unwrap_or_default()
    }

    /// One of what was read at about the same moment.
    pub(super) fn of(
        at: Duration,
        process: ProcessReading,
        heaps: Box<[Option<HeapSample>]>,
        report: &Report,
    ) -> Self {
        Self {
            at,
            process,
            heaps,
            arenas_in_use: report.sites.iter().map(|site| site.in_use_bytes).sum(),
            arenas_in_use_touched: report.sites.iter().map(|site| site.in_use_touched_bytes).sum(),
            arenas_retained: report.pool.retained_bytes as u64,
            arenas_retained_touched: report.pool.retained_touched_bytes as u64,
            requests: workload::served(report),
            scopes: report
                .sites
                .iter()
                .take(MOST_SITES)
                .map(|site| site.outcomes.total())
                .collect(),
            metered: metered::read(),
            is_disturbed: false,
        }
    }
}
