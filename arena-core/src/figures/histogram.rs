//! Histograms with powers of two as buckets. The buckets are the same in every process, so the
//! histograms of a fleet can be added up.

/// A histogram of values by powers of two, with their sum and maximum.
///
/// Bucket `i` counts the values `v` with `bound(i - 1) < v <= bound(i)`, where `bound(i)` is
/// `2^(FIRST + i)`. The last bucket has no bound. [`Bytes`] has bounds from 128 B to 1 GiB, and
/// [`Nanoseconds`] from 8 µs to 69 s.
///
/// ```
/// use request_arena_core::Bytes;
///
/// let mut bytes = Bytes::default();
/// for value in [0, 128, 129, 5000] {
///     bytes.record(value);
/// }
/// assert_eq!((bytes.count(), bytes.sum, bytes.max), (4, 5257, 5000));
/// assert_eq!((bytes.buckets[0], bytes.buckets[1]), (2, 1));
/// assert_eq!((bytes.quantile(0.5), bytes.quantile(0.99)), (128, 5000));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Histogram<const FIRST: u32> {
    /// Values in each bucket. The counts are not cumulative.
    pub buckets: [u64; BUCKETS],
    /// Sum of all values.
    pub sum: u64,
    /// Largest value.
    pub max: u64,
}

/// Sizes in bytes, with bounds from 128 B to 1 GiB.
pub type Bytes = Histogram<7>;

/// Durations in nanoseconds, with bounds from 8,192 ns to 68.7 s.
pub type Nanoseconds = Histogram<13>;

/// Number of buckets, including the bucket without a bound.
pub(crate) const BUCKETS: usize = 25;

impl<const FIRST: u32> Default for Histogram<FIRST> {
    fn default() -> Self {
        Self::NOTHING
    }
}

impl<const FIRST: u32> Histogram<FIRST> {
    pub(crate) const NOTHING: Self = Self { buckets: [0; BUCKETS], sum: 0, max: 0 };

    /// The inclusive upper bound of each bucket. `None` for the last bucket, which has no bound.
    pub const BOUNDS: [Option<u64>; BUCKETS] = {
        let mut bounds = [None; BUCKETS];
        let mut index = 0;
        while index < BUCKETS - 1 {
            bounds[index] = Some(1 << (FIRST as usize + index));
            index += 1;
        }
        bounds
    };

    /// The bucket that counts `value`.
    #[inline]
    pub(crate) const fn index(value: u64) -> usize {
        // The mask gives all values of the first bucket the same number of bits.
        let bits = 64 - (value.saturating_sub(1) | ((1 << FIRST) - 1)).leading_zeros();
        let index = (bits - FIRST) as usize;
        if index < BUCKETS { index } else { BUCKETS - 1 }
    }

    /// Counts one value.
    pub fn record(&mut self, value: u64) {
        self.buckets[Self::index(value)] += 1;
        self.sum = self.sum.wrapping_add(value);
        self.max = self.max.max(value);
    }

    /// Adds the values of another histogram.
    pub fn merge(&mut self, other: &Self) {
        self.buckets.iter_mut().zip(other.buckets).for_each(|(mine, theirs)| *mine += theirs);
        self.sum = self.sum.wrapping_add(other.sum);
        self.max = self.max.max(other.max);
    }

    /// Number of values.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.buckets.iter().sum()
    }

    /// The mean of all values, or 0 if there are none.
    #[must_use]
    pub fn mean(&self) -> f64 {
        let count = self.count();
        if count == 0 { 0.0 } else { self.sum as f64 / count as f64 }
    }

    /// A value that the given share (0 to 1) of all values does not exceed.
    ///
    /// The result is the bound of the bucket, capped at the largest value. It is at most twice the
    /// true quantile, or the first bound. It is 0 if there are no values.
    #[must_use]
    pub fn quantile(&self, share: f64) -> u64 {
        let rank = (share.clamp(0.0, 1.0) * self.count() as f64).ceil().max(1.0) as u64;
        let mut below = 0;
        for (bound, values) in Self::BOUNDS.iter().zip(self.buckets) {
            below += values;
            if below >= rank {
                return bound.map_or(self.max, |bound| bound.min(self.max));
            }
        }
        self.max
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_value_is_in_the_bucket_whose_bounds_are_around_it() {
        for value in (0..=36)
            .flat_map(|power| [(1_u64 << power) - 1, 1 << power, (1 << power) + 1])
            .chain([u64::MAX])
        {
            let index = Bytes::index(value);
            assert!(Bytes::BOUNDS[index].is_none_or(|bound| value <= bound), "{value} in {index}");
            assert!(
                index == 0 || Bytes::BOUNDS[index - 1].is_some_and(|bound| value > bound),
                "{value} in {index}"
            );
        }
    }

    #[test]
    fn a_merged_histogram_is_that_of_all_values() {
        let of = |values: &[u64]| {
            let mut histogram = Bytes::default();
            values.iter().for_each(|&value| histogram.record(value));
            histogram
        };
        let mut merged = of(&[1, 1000, 1 << 40]);
        merged.merge(&of(&[5, 7000]));
        assert_eq!(merged, of(&[1, 5, 1000, 7000, 1 << 40]));
    }

    #[test]
    fn a_quantile_is_an_upper_bound_within_a_power_of_two() {
        let mut histogram = Bytes::default();
        (1..=1000).for_each(|value| histogram.record(value * 10));
        for (share, exact) in [(0.01, 100), (0.5, 5000), (0.99, 9900), (1.0, 10_000)] {
            let found = histogram.quantile(share);
            assert!(found >= exact && found <= 2 * exact.max(128), "{found} for {share}");
        }
        assert_eq!(Bytes::default().quantile(0.5), 0);
    }
}
