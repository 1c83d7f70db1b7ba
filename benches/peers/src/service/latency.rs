//! Latencies: histograms of nanoseconds, and their figures.

use std::time::Duration;

use hdrhistogram::Histogram;

use crate::protocol::{Figure, Unit};

/// The longest time in the histogram. Longer ones count as this.
const MOST: Duration = Duration::from_secs(60);

/// How long requests took, to a thousandth.
#[derive(Clone, Debug)]
pub(crate) struct Latencies(Histogram<u64>);

impl Latencies {
    pub(crate) fn new() -> anyhow::Result<Self> {
        Ok(Self(Histogram::new_with_bounds(1, MOST.as_nanos() as u64, 3)?))
    }

    pub(crate) fn record(&mut self, took: Duration) {
        self.0.saturating_record(took.as_nanos().try_into().unwrap_or(u64::MAX));
    }

    pub(crate) fn add(&mut self, other: &Self) -> anyhow::Result<()> {
        Ok(self.0.add(&other.0)?)
    }

    /// How many were recorded.
    pub(crate) fn len(&self) -> u64 {
        self.0.len()
    }

    /// p50, p99 and p99.9. Their names begin with `what`.
    pub(crate) fn figures(&self, what: &str) -> impl Iterator<Item = Figure> {
        [("p50", 0.5), ("p99", 0.99), ("p99.9", 0.999)].into_iter().map(move |(name, quantile)| {
            Figure::new(
                format!("{what}{name}"),
                Unit::Nanoseconds,
                self.0.value_at_quantile(quantile) as f64,
            )
        })
    }

    /// The longest time. Its name begins with `what`.
    pub(crate) fn most(&self, what: &str) -> Figure {
        Figure::new(format!("{what}max"), Unit::Nanoseconds, self.0.max() as f64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_are_those_of_the_recorded_times() {
        let mut latencies = Latencies::new().unwrap();
        (1..=1000).for_each(|micros| latencies.record(Duration::from_micros(micros)));
        latencies.record(Duration::from_secs(3600));
        let figures: Vec<(String, f64)> = latencies
            .figures("calm, ")
            .map(|figure| (figure.name, (figure.value / 1e4).round()))
            .collect();
        let expected = [("calm, p50", 50.0), ("calm, p99", 99.0), ("calm, p99.9", 100.0)];
        assert_eq!(figures, expected.map(|(name, value)| (name.to_owned(), value)));
        assert_eq!(
            (latencies.most("").value / 1e9).round(),
            60.0,
            "a longer time counts as a minute"
        );
        assert_eq!(latencies.len(), 1001);
    }
}
