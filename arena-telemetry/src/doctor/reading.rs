//! One reading: what everything held at one moment, as the history keeps it.

use core::time::Duration;

use request_arena_core::{Report, report};

use super::metered::{self, MeteredReading};
use super::probe::HeapReading;
use super::workload;
use crate::ProcessReading;

/// The most sites whose scopes are counted each by itself; those of later sites count into the sum.
pub(super) const MOST_SITES: usize = 32;

/// What everything held at one moment, in bytes.
#[derive(Clone, Debug)]
pub(super) struct Reading {
    /// The moment, after the doctor's start.
    pub(super) at: Duration,
    /// What the operating system says.
    pub(super) process: ProcessReading,
    /// What each allocator says, in the order of the probes; `None` if it did not answer.
    pub(super) heaps: Box<[Option<HeapReading>]>,
    /// Chunks that open scopes hold.
    pub(super) arenas_in_use: u64,
    /// Chunks that wait in the pool.
    pub(super) arenas_retained: u64,
    /// Requests served: scopes that ended, and what [`requests`](super::requests) was told.
    pub(super) requests: u64,
    /// Scopes that ended, of each site, in the order of the report.
    pub(super) scopes: Box<[u64]>,
    /// The named arenas.
    pub(super) metered: Box<[MeteredReading]>,
}

impl Reading {
    /// Takes one, and the report that it is made from.
    pub(super) fn take(at: Duration, process: ProcessReading, heaps: Box<[Option<HeapReading>]>) -> (Self, Report) {
        let report = report();
        let ended: u64 = report.sites.iter().map(|site| site.outcomes.total()).sum();
        let reading = Self {
            at,
            process,
            heaps,
            arenas_in_use: report.sites.iter().map(|site| site.in_use_bytes).sum(),
            arenas_retained: report.pool.retained_bytes as u64,
            requests: ended + workload::read_requests(),
            scopes: report.sites.iter().take(MOST_SITES).map(|site| site.outcomes.total()).collect(),
            metered: metered::read(),
        };
        (reading, report)
    }
}
