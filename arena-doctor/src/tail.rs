//! Tails: the 99.9th percentile of a latency during a phase, compared with that outside of it.

use hdrhistogram::Histogram;
use request_arena_core::Nanoseconds;

/// The quantile to compare. Delayed frees occur once in many allocations, so the median and the
/// 99th percentile hide them.
pub(super) const QUANTILE: f64 = 0.999;

/// At least this many values must exceed the quantile, so that it is no accident.
pub(super) const LEAST_BEYOND: u64 = 10;

/// Latencies in buckets.
pub(super) trait Distribution {
    fn count(&self) -> u64;
    /// The quantile in microseconds.
    fn quantile(&self, share: f64) -> u64;
    /// The number of values above this many microseconds.
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

/// Latencies of scopes. Their buckets are powers of two.
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

/// A latency during a phase and outside of it.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Tail {
    /// The name of the work.
    pub(super) name: &'static str,
    /// The phase.
    pub(super) phase: &'static str,
    /// The 99.9th percentiles, in microseconds.
    pub(super) quiet_micros: u64,
    pub(super) during_micros: u64,
    /// The shares (0 to 1) that exceed the 99.9th percentile outside of the phase.
    pub(super) quiet_share: f64,
    pub(super) during_share: f64,
    /// The number of values during the phase that exceed it.
    pub(super) beyond: u64,
    /// How many times more values there are in a window of the phase than in one without. 1 if
    /// unknown.
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
