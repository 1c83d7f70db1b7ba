//! Tails: the 99.9th percentile of a latency while a phase was on, against that while none was.

use hdrhistogram::Histogram;
use request_arena_core::Nanoseconds;

/// The quantile that is compared: delayed frees come once for many allocations, so that the median
/// and the 99th percentile hide them.
pub(super) const QUANTILE: f64 = 0.999;

/// Values that have to be beyond the quantile, for it not to be one accident's: ten.
pub(super) const LEAST_BEYOND: u64 = 10;

/// Latencies, in whatever buckets.
pub(super) trait Distribution {
    fn count(&self) -> u64;
    /// In microseconds.
    fn quantile(&self, share: f64) -> u64;
    /// Values of more microseconds than this.
    fn beyond(&self, micros: u64) -> u64;
}

impl Distribution for Histogram<u32> {
    fn count(&self) -> u64 {
        self.len()
    }

    fn quantile(&self, share: f64) -> u64 {
        self.value_at_quantile(share)
    }

    fn beyond(&self, micros: u64) -> u64 {
        self.len() - self.count_between(0, micros)
    }
}

/// Latencies of scopes, whose buckets are powers of two.
impl Distribution for Nanoseconds {
    fn count(&self) -> u64 {
        self.count()
    }

    fn quantile(&self, share: f64) -> u64 {
        self.quantile(share) / 1000
    }

    fn beyond(&self, micros: u64) -> u64 {
        let is_beyond = |bound: &Option<u64>| bound.is_none_or(|bound| bound / 1000 > micros);
        Self::BOUNDS
            .iter()
            .zip(self.buckets)
            .filter(|(bound, _)| is_beyond(bound))
            .map(|(_, values)| values)
            .sum()
    }
}

/// How a latency is while a phase is on, and while none is.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Tail {
    /// What takes so long.
    pub(super) name: &'static str,
    /// The phase.
    pub(super) phase: &'static str,
    /// The 99.9th percentiles, in microseconds.
    pub(super) quiet_micros: u64,
    pub(super) during_micros: u64,
    /// The parts (0 to 1) that took longer than the 99.9th percentile without the phase.
    pub(super) quiet_share: f64,
    pub(super) during_share: f64,
    /// How many during the phase took longer than that.
    pub(super) beyond: u64,
    /// How many times as many there are in a window of the phase as in one without; 1 if that is
    /// not known.
    pub(super) load: f64,
}

impl Tail {
    /// `None` if there are too few values for the quantile.
    pub(super) fn of(
        name: &'static str,
        phase: &'static str,
        quiet: &impl Distribution,
        during: &impl Distribution,
    ) -> Option<Self> {
        let enough = |count: u64| (count as f64 * (1.0 - QUANTILE)).round() as u64 >= 1;
        if !enough(quiet.count()) || !enough(during.count()) {
            return None;
        }
        let quiet_micros = quiet.quantile(QUANTILE);
        let share = |of: &dyn Distribution| of.beyond(quiet_micros) as f64 / of.count() as f64;
        Some(Self {
            name,
            phase,
            quiet_micros,
            during_micros: during.quantile(QUANTILE),
            quiet_share: share(quiet),
            during_share: share(during),
            beyond: during.beyond(quiet_micros),
            load: 1.0,
        })
    }
}
