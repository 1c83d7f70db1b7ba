//! Records of earlier moments, for comparisons over about the same time.
//!
//! The doctor judges growth over ten minutes and over a day, and explains it by a record of about
//! that age. So it keeps two records for each age. When the newer one reaches the age, it replaces
//! the older one. A comparison then spans one to two times the age, or the life of the service.

use core::time::Duration;
use std::sync::Arc;
use std::time::Instant;

/// A record of one moment.
pub(crate) trait Taken {
    /// The moment.
    fn taken(&self) -> Instant;

    /// How often sampling was paused before. Memory that came during a pause is in no record, so
    /// records of before and after a pause do not compare.
    fn pauses(&self) -> u64;

    /// Whether no pause was between the two.
    fn compares_with(&self, other: &Self) -> bool {
        self.pauses() == other.pauses()
    }
}

pub(crate) const MINUTES: Duration = Duration::from_secs(600);
pub(crate) const DAY: Duration = Duration::from_secs(24 * 3600);

/// A record counts as old enough at this part of the age, since records are not taken exactly on
/// time.
const NEARLY: f64 = 0.9;

/// Two records. The older one has at least the age, if the service is that old.
#[derive(Debug)]
pub(crate) struct Aged<T> {
    age: Duration,
    older: Option<Arc<T>>,
    newer: Option<Arc<T>>,
}

impl<T: Taken> Aged<T> {
    pub(crate) fn new(age: Duration) -> Self {
        Self { age, older: None, newer: None }
    }

    /// The record to compare with.
    pub(crate) fn older(&self) -> Option<&Arc<T>> {
        self.older.as_ref()
    }

    pub(crate) fn keep(&mut self, record: &Arc<T>) {
        for known in [&mut self.older, &mut self.newer] {
            *known = known.take().filter(|known| known.compares_with(record));
        }
        if self.older.is_none() {
            self.older = Some(Arc::clone(record));
        }
        let is_old = |newer: &Arc<T>| record.taken() - newer.taken() >= self.age.mul_f64(NEARLY);
        match &self.newer {
            Some(newer) if !is_old(newer) => {}
            _ => {
                self.older = self.newer.take().or_else(|| self.older.take());
                self.newer = Some(Arc::clone(record));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A moment, and the pauses before it.
    type Moment = (Instant, u64);

    impl Taken for Moment {
        fn taken(&self) -> Instant {
            self.0
        }

        fn pauses(&self) -> u64 {
            self.1
        }
    }

    #[test]
    fn what_is_compared_with_is_one_to_two_ages_old_or_as_old_as_the_service() {
        let start = Instant::now();
        let mut aged = Aged::new(MINUTES);
        let mut ages = Vec::new();
        for taken in (0..6).map(|round| start + round * MINUTES) {
            aged.keep(&Arc::new((taken, 0)));
            let of = |record: &Option<Arc<Moment>>| {
                (taken - record.as_deref().unwrap().0).as_secs() / 60
            };
            ages.push((of(&aged.older), of(&aged.newer)));
        }
        assert_eq!(ages, [(0, 0), (10, 0), (10, 0), (10, 0), (10, 0), (10, 0)]);
        // Another comes too early to count.
        aged.keep(&Arc::new((start + 5 * MINUTES + MINUTES / 2, 0)));
        assert_eq!(*aged.newer.unwrap(), (start + 5 * MINUTES, 0));
    }

    #[test]
    fn a_pause_of_the_sampling_begins_anew() {
        let start = Instant::now();
        let mut aged = Aged::new(MINUTES);
        (0..3).for_each(|round| aged.keep(&Arc::new((start + round * MINUTES, 0))));
        let after = (start + 3 * MINUTES, 1);
        aged.keep(&Arc::new(after));
        assert_eq!((**aged.older().unwrap(), *aged.newer.unwrap()), (after, after));
    }
}
