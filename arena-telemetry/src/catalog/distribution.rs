//! The value of a histogram: its buckets, the trace of one of its values, and the same values as a
//! native histogram.

use request_arena_core::exemplar::Exemplar;
use request_arena_core::{Bytes, Histogram, Nanoseconds};

use super::{Detail, Native};

/// The number of values in each bucket. The bounds are the same in every process with the same
/// [`Options`](super::Options), so distributions can be added up.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Distribution {
    /// The inclusive upper bound of each bucket in the family's unit, and the number of values in
    /// that bucket alone. The last bound is infinite.
    pub buckets: Vec<(f64, u64)>,
    /// The sum of all values, in the family's unit. For bytes it is exact up to 2^53.
    pub sum: f64,
    /// The number of values.
    pub count: u64,
    /// The trace of one of the values: of the handler's largest scope in the last one to two
    /// minutes. `None` without a [source of traces](request_arena_core::exemplar::trace_by).
    pub exemplar: Option<Exemplar>,
    /// The values as a native histogram, always in the finest resolution. `None` if the family has
    /// only [totals](super::Detail::Totals), or is not in bytes.
    pub native: Option<Native>,
}

impl Distribution {
    /// For each bucket, the text of Prometheus' label `le` (`128.0`, `+Inf`) and the number of
    /// values up to that bound.
    pub fn cumulated(&self) -> impl Iterator<Item = (String, u64)> {
        self.buckets.iter().scan(0, |below, &(bound, values)| {
            *below += values;
            let le = if bound.is_finite() { format!("{bound:?}") } else { "+Inf".to_owned() };
            Some((le, *below))
        })
    }

    /// The place of the bucket that has the exemplar, and the exemplar. `None` if the bucket is
    /// empty: when a handler gets series of its own, they begin without its earlier scopes.
    #[must_use]
    pub fn exemplar_bucket(&self) -> Option<(usize, &Exemplar)> {
        let exemplar = self.exemplar.as_ref()?;
        let value = exemplar.peak_used as f64;
        let place = self.buckets.iter().position(|&(bound, _)| value <= bound)?;
        (self.buckets[place].1 > 0).then_some((place, exemplar))
    }

    pub(super) fn of_bytes(histogram: &Bytes, detail: Detail) -> Self {
        let native = detail.step().map(|_| Native::of(histogram));
        Self { native, ..Self::of(histogram, 1.0, detail) }
    }

    pub(super) fn of_seconds(histogram: &Nanoseconds, detail: Detail) -> Self {
        Self::of(histogram, 1e9, detail)
    }

    pub(super) fn with_exemplar(self, exemplar: Option<Exemplar>) -> Self {
        Self { exemplar, ..self }
    }

    /// `per_unit` of the histogram's units are one of the family's.
    fn of<const FIRST: u32>(histogram: &Histogram<FIRST>, per_unit: f64, detail: Detail) -> Self {
        let mut within = 0;
        let mut buckets = Vec::new();
        for (place, bound) in Histogram::<FIRST>::BOUNDS.into_iter().enumerate() {
            within += histogram.buckets[place];
            let is_kept = detail.step().is_some_and(|step| (place + 1) % step == 0);
            if bound.is_none() || is_kept {
                let bound = bound.map_or(f64::INFINITY, |bound| bound as f64 / per_unit);
                buckets.push((bound, core::mem::take(&mut within)));
            }
        }
        Self {
            buckets,
            sum: histogram.sum as f64 / per_unit,
            count: histogram.count(),
            exemplar: None,
            native: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::SystemTime;

    use request_arena_core::exemplar::{Trace, TraceId};

    use super::*;
    use crate::catalog::QuantileError;

    fn exemplar(peak_used: u64) -> Exemplar {
        Exemplar::new(Trace::new(TraceId::new([7; 16]).unwrap()), peak_used, SystemTime::UNIX_EPOCH)
    }

    #[test]
    fn an_exemplar_is_in_the_bucket_that_counts_its_value() {
        for error in [QuantileError::Twofold, QuantileError::Fourfold, QuantileError::Sixteenfold] {
            let detail = Detail::Buckets(error);
            for peak in [1, 128, 129, 256, 1024, 1025, 1 << 30, (1 << 30) + 1, 1 << 40] {
                let mut bytes = Bytes::default();
                bytes.record(peak);
                let all =
                    Distribution::of_bytes(&bytes, detail).with_exemplar(Some(exemplar(peak)));
                let (place, _) = all.exemplar_bucket().unwrap();
                assert_eq!(all.buckets[place].1, 1, "{peak} by {error:?}");
            }
        }
        let totals = Distribution::of_bytes(&Bytes::default(), Detail::Totals);
        assert_eq!(totals.with_exemplar(Some(exemplar(9))).exemplar_bucket(), None);
    }
}
