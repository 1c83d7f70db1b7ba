//! The history: fine readings of the last minutes and coarse ones of the last day, in bounded
//! memory.

use core::time::Duration;
use std::collections::VecDeque;

use super::reading::{MOST_SITES, Reading};

/// The number of fine readings: ten minutes at one a second.
pub(super) const MOST_FINE: usize = 600;

/// The number of coarse readings, one for each [`COARSE_STEP`]: a day.
pub(super) const MOST_COARSE: usize = 1440;

/// The time between coarse readings.
pub(super) const COARSE_STEP: Duration = Duration::from_secs(60);

/// Fine readings of the last minutes, and coarse ones of the last day.
#[derive(Debug, Default)]
pub(super) struct History {
    fine: VecDeque<Reading>,
    coarse: VecDeque<Reading>,
}

impl History {
    /// The most bytes of a full history: the most handlers and named arenas in each reading, and
    /// four allocators.
    pub(super) const MOST_BYTES: usize = {
        let heaps = 4 * size_of::<Option<super::reading::HeapSample>>();
        let metered = super::metered::MOST_NAMES * size_of::<super::metered::MeteredReading>();
        let reading = size_of::<Reading>() + heaps + MOST_SITES * size_of::<u64>() + metered;
        // A ring that grows by doubling may have twice the capacity.
        (MOST_FINE + MOST_COARSE) * (reading + size_of::<Reading>())
    };

    /// Adds the reading, and drops the oldest one if there is no space.
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

#[cfg(test)]
mod tests {
    use super::*;
    use request_arena_memory::ProcessReading;

    fn reading(second: u64) -> Reading {
        Reading::of(
            Duration::from_secs(second),
            ProcessReading::default(),
            Box::default(),
            &request_arena_core::Counts::read(),
        )
    }

    #[test]
    fn the_last_minutes_are_kept_finely_and_the_last_day_coarsely_and_nothing_more() {
        let mut history = History::default();
        let template = reading(0);
        let seconds = 2 * 24 * 3600;
        (0..seconds).for_each(|second| {
            history.push(Reading { at: Duration::from_secs(second), ..template.clone() });
        });
        assert_eq!((history.fine().len(), history.coarse().len()), (MOST_FINE, MOST_COARSE));
        let fine: Vec<_> = history.fine().map(|reading| reading.at.as_secs()).collect();
        let coarse: Vec<_> = history.coarse().map(|reading| reading.at.as_secs()).collect();
        assert_eq!((fine[0], fine[599]), (seconds - 600, seconds - 1));
        assert_eq!((coarse[0], coarse[1439]), (seconds - 24 * 3600, seconds - 60));
    }

    #[test]
    fn a_full_history_takes_no_more_than_it_says() {
        let mut history = History::default();
        let mut full = reading(0);
        full.heaps = vec![None; 4].into();
        full.scopes = vec![0; MOST_SITES].into();
        let arena = super::super::metered::MeteredReading {
            name: "full",
            used_bytes: 0,
            peak_bytes: 0,
            reserved_bytes: 0,
            resets: 0,
            undropped: 0,
        };
        full.metered = vec![arena; super::super::metered::MOST_NAMES].into();
        (0..100_000).for_each(|second| {
            history.push(Reading { at: Duration::from_secs(second), ..full.clone() });
        });
        let of = |reading: &Reading| {
            size_of_val(&*reading.heaps)
                + size_of_val(&*reading.scopes)
                + size_of_val(&*reading.metered)
        };
        let within: usize = history.fine().chain(history.coarse()).map(of).sum();
        let rings = (history.fine.capacity() + history.coarse.capacity()) * size_of::<Reading>();
        assert!(
            within + rings <= History::MOST_BYTES,
            "{} + {} > {}",
            within,
            rings,
            History::MOST_BYTES
        );
        const { assert!(History::MOST_BYTES < 8 << 20) };
    }
}
