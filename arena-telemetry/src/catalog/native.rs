//! The values of a histogram of bytes as a native histogram of Prometheus.

use request_arena_core::Bytes;

/// A native histogram with the schema 0, which has one bucket for each power of two. The bounds are
/// those of [`Bytes`], so the counts are exact.
///
/// Sizes up to 128 bytes are in the zero bucket. Sizes above 1 GiB have no upper bound in
/// [`Bytes`]: they are in the bucket up to 2 GiB, so a quantile there is too small.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Native {
    /// The number of sizes up to [`ZERO_THRESHOLD`](Self::ZERO_THRESHOLD).
    pub zero_count: u64,
    /// The index of each bucket that is not empty, and the number of sizes in it. The bucket `i`
    /// has the sizes above 2^(i-1) bytes, up to 2^i bytes.
    pub positive: Vec<(i32, u64)>,
}

impl Native {
    /// The schema, from which the bounds follow.
    pub const SCHEMA: i32 = 0;

    /// The largest size in the zero bucket, in bytes.
    pub const ZERO_THRESHOLD: f64 = (1_u64 << ZERO_INDEX) as f64;

    pub(super) fn of(bytes: &Bytes) -> Self {
        let [zero_count, positive @ ..] = &bytes.buckets;
        let positive = (ZERO_INDEX + 1..).zip(positive.iter().copied());
        Self {
            zero_count: *zero_count,
            positive: positive.filter(|(_, sizes)| *sizes > 0).collect(),
        }
    }

    /// The spans of buckets without gaps: the distance to the span before, and the number of
    /// buckets. The first distance is the index of the first bucket.
    #[must_use]
    pub fn spans(&self) -> Vec<(i32, u32)> {
        let mut spans: Vec<(i32, u32)> = Vec::new();
        let mut next = 0;
        for &(index, _) in &self.positive {
            match spans.last_mut() {
                Some((_, length)) if index == next => *length += 1,
                _ => spans.push((index - next, 1)),
            }
            next = index + 1;
        }
        spans
    }

    /// The count of each bucket less that of the bucket before.
    #[must_use]
    pub fn deltas(&self) -> Vec<i64> {
        let counts = || self.positive.iter().map(|&(_, sizes)| sizes);
        // A difference of counters, which never get near 2^63.
        let less = |(count, before): (u64, u64)| count.wrapping_sub(before) as i64;
        counts().zip(core::iter::once(0).chain(counts())).map(less).collect()
    }
}

/// The index of the bucket that would have the first bound of [`Bytes`].
const ZERO_INDEX: i32 = 7;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn buckets_are_those_of_the_histogram() {
        let mut bytes = Bytes::default();
        for (size, times) in
            [(0, 1), (128, 2), (129, 3), (256, 4), (257, 1), (5000, 9), (1 << 30, 1), (1 << 31, 2)]
        {
            (0..times).for_each(|_| bytes.record(size));
        }
        let native = Native::of(&bytes);
        assert_eq!((native.zero_count, Native::ZERO_THRESHOLD), (3, 128.0));
        assert_eq!(native.positive, [(8, 7), (9, 1), (13, 9), (30, 1), (31, 2)]);
        assert_eq!(native.spans(), [(8, 2), (3, 1), (16, 2)]);
        assert_eq!(native.deltas(), [7, -6, 8, -8, 1]);
        let bound = |index: usize| Bytes::BOUNDS[index].map(|bound| bound as f64);
        assert_eq!(bound(0), Some(Native::ZERO_THRESHOLD));
        assert_eq!(bound(1), Some(2_f64.powi(native.positive[0].0)));
    }

    #[test]
    fn an_empty_histogram_has_no_spans() {
        let native = Native::of(&Bytes::default());
        assert_eq!((native.spans(), native.deltas()), (Vec::new(), Vec::new()));
    }
}
