//! The history: the last minutes finely, the last day coarsely, in bounded memory.

use core::time::Duration;
use std::collections::VecDeque;

use super::reading::{MOST_SITES, Reading};

/// Readings that are kept as they are: ten minutes at one a second.
pub(super) const MOST_FINE: usize = 600;

/// Readings that are kept of what is older, one for each [`COARSE_STEP`]: a day.
pub(super) const MOST_COARSE: usize = 1440;

/// The time between coarse readings.
pub(super) const COARSE_STEP: Duration = Duration::from_secs(60);

/// The last minutes finely, and the last day coarsely.
#[derive(Debug, Default)]
pub(super) struct History {
    fine: VecDeque<Reading>,
    coarse: VecDeque<Reading>,
}

impl History {
    /// Bytes that a full history takes at most: each reading with as many sites and named arenas as are told apart, and four allocators.
    pub(super) const MOST_BYTES: usize = {
        let heaps = 4 * size_of::<Option<super::probe::HeapReading>>();
        let metered = super::metered::MOST_NAMES * size_of::<super::metered::MeteredReading>();
        let reading = size_of::<Reading>() + heaps + MOST_SITES * size_of::<u64>() + metered;
        // A ring that grows by doubling has room for up to twice as many.
        (MOST_FINE + MOST_COARSE) * (reading + size_of::<Reading>())
    };

    /// Keeps the reading; the oldest makes place.
    pub(super) fn push(&mut self, reading: Reading) {
        if self.coarse.back().is_none_or(|last| reading.at.saturating_sub(last.at) >= COARSE_STEP) {
            push_bounded(&mut self.coarse, reading.clone(), MOST_COARSE);
        }
        push_bounded(&mut self.fine, reading, MOST_FINE);
    }

    /// The last minutes, the oldest first.
    pub(super) fn fine(&self) -> impl DoubleEndedIterator<Item = &Reading> + ExactSizeIterator {
        self.fine.iter()
    }

    /// The last day, the oldest first.
    pub(super) fn coarse(&self) -> impl DoubleEndedIterator<Item = &Reading> + ExactSizeIterator {
        self.coarse.iter()
    }

    pub(super) fn last(&self) -> Option<&Reading> {
        self.fine.back()
    }
}

fn push_bounded(ring: &mut VecDeque<Reading>, reading: Reading, most: usize) {
    if ring.len() == most {
        ring.pop_front();
    }
    ring.push_back(reading);
}
