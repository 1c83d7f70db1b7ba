//! The recent values of a histogram that only grows: new values count in full, and older ones less
//! with each lesson.

use crate::figures::histogram::BUCKETS;

/// At each lesson, older counts keep this many eighths of their weight. With 64 values a lesson,
/// half of the weight is gone after about 330 values.
const KEPT_EIGHTHS: u64 = 7;
/// The weight of a new value.
pub(crate) const WEIGHT: u64 = 64;

/// See the module.
#[derive(Clone, Debug, Default)]
pub struct Recent {
    /// Values counted at the last lesson, by bucket, and the weight of each bucket.
    seen: [u64; BUCKETS],
    weights: [u64; BUCKETS],
}

/// The weight of values that are not usual, of the sum of all weights. It is at least that of a
/// single new value.
pub(crate) fn rest_of_usual(all: u64) -> u64 {
    (all / 100).max(WEIGHT)
}

impl Recent {
    /// Runs a lesson on the values counted so far, by bucket. Returns the sum of all weights.
    #[inline(always)]
    pub fn learn(&mut self, counts: impl Iterator<Item = u64>) -> u64 {
        let mut all = 0;
        for ((weight, seen), count) in self.weights.iter_mut().zip(&mut self.seen).zip(counts) {
            let new = count.wrapping_sub(core::mem::replace(seen, count));
            // The values of a site lie in a few buckets, so most buckets need no update.
            if new | *weight != 0 {
                *weight = *weight * KEPT_EIGHTHS / 8 + new * WEIGHT;
                all += *weight;
            }
        }
        all
    }

    /// The highest bucket such that the buckets from it on have more weight than `rest`.
    #[inline(always)]
    pub(crate) fn bucket(&self, rest: u64) -> Option<usize> {
        let mut above = 0;
        self.weights.iter().rposition(|weight| {
            above += weight;
            above > rest
        })
    }

    /// The number of values since the last lesson.
    #[must_use]
    pub fn new_values(&self, counts: &[u64; BUCKETS]) -> u64 {
        counts.iter().zip(&self.seen).map(|(count, seen)| count.wrapping_sub(*seen)).sum()
    }

    /// The bucket that the given share (0 to 1) of recent values does not exceed, with the values
    /// since the last lesson. `None` if there are no values.
    #[must_use]
    pub fn quantile(&self, counts: &[u64; BUCKETS], share: f64) -> Option<usize> {
        let (recent, all) = self.with(counts);
        let rest = (all as f64 * (1.0 - share.clamp(0.0, 1.0))) as u64;
        if all == 0 { None } else { recent.bucket(rest.min(all - 1)) }
    }

    /// The bucket of usual values: 99 of 100 recent ones do not exceed it, and a single large one
    /// does not count. The pool chooses the first chunk by it. `None` if there are no values.
    #[must_use]
    pub fn usual(&self, counts: &[u64; BUCKETS]) -> Option<usize> {
        let (recent, all) = self.with(counts);
        if all == 0 { None } else { recent.bucket(rest_of_usual(all).min(all - 1)) }
    }

    /// With the values since the last lesson, and the sum of all weights.
    fn with(&self, counts: &[u64; BUCKETS]) -> (Self, u64) {
        let mut recent = self.clone();
        for ((weight, seen), count) in recent.weights.iter_mut().zip(&self.seen).zip(counts) {
            *weight += count.wrapping_sub(*seen) * WEIGHT;
        }
        let all = recent.weights.iter().sum();
        (recent, all)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::figures::histogram::Bytes;

    #[test]
    fn the_quantile_follows_recent_values_and_forgets_older_ones() {
        let (mut recent, mut bytes) = (Recent::default(), Bytes::default());
        assert_eq!(recent.quantile(&bytes.buckets, 0.99), None);
        (0..99).for_each(|_| bytes.record(1000));
        bytes.record(1 << 20);
        assert_eq!(recent.quantile(&bytes.buckets, 0.99), Some(Bytes::index(1000)));
        assert_eq!(recent.quantile(&bytes.buckets, 0.995), Some(Bytes::index(1 << 20)));
        assert_eq!(recent.new_values(&bytes.buckets), 100);
        recent.learn(bytes.buckets.into_iter());
        assert_eq!(recent.new_values(&bytes.buckets), 0);
        (0..200).for_each(|_| bytes.record(1000));
        assert_eq!(recent.quantile(&bytes.buckets, 0.995), Some(Bytes::index(1000)));
    }
}
