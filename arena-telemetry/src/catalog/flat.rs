//! Histograms as plain counters, for systems that take values one by one and no ready buckets.

use super::{Distribution, Family, Kind, Sample, Unit, Value};

impl Family {
    /// Itself, if it is not a histogram. A histogram becomes three counters, as Prometheus has
    /// them: `NAME_bucket`, with a label `le` that is the bound up to which it counts, `NAME_sum`
    /// and `NAME_count`.
    #[must_use]
    pub fn flat(self) -> Vec<Self> {
        if self.kind != Kind::Histogram {
            return vec![self];
        }
        let parts = || {
            self.samples
                .iter()
                .filter_map(|sample| distribution(sample).map(|value| (sample, value)))
        };
        let counter = |suffix, unit, samples| Self {
            name: format!("{}_{suffix}", self.name).into(),
            help: self.help,
            unit,
            kind: Kind::Counter,
            samples,
        };
        let buckets = parts().flat_map(|(sample, value)| {
            value
                .cumulated()
                .map(|(le, values)| labelled(sample, Value::Whole(values)).with("le", le))
        });
        let sum = |value: &Distribution| match self.unit {
            Some(Unit::Seconds | Unit::Ratio) => Value::Real(value.sum),
            Some(Unit::Bytes) | None => Value::Whole(value.sum as u64),
        };
        vec![
            counter("bucket", None, buckets.collect()),
            counter(
                "sum",
                self.unit,
                parts().map(|(sample, value)| labelled(sample, sum(value))).collect(),
            ),
            counter(
                "count",
                None,
                parts()
                    .map(|(sample, value)| labelled(sample, Value::Whole(value.count)))
                    .collect(),
            ),
        ]
    }

    /// Whether its values, flat, are [`Value::Real`].
    #[cfg(any(feature = "metrics", feature = "opentelemetry", test))]
    pub(crate) fn is_real(&self) -> bool {
        matches!(self.unit, Some(Unit::Seconds | Unit::Ratio))
    }
}

fn distribution(sample: &Sample) -> Option<&Distribution> {
    match &sample.value {
        Value::Distribution(distribution) => Some(distribution),
        Value::Whole(_) | Value::Real(_) => None,
    }
}

fn labelled(sample: &Sample, value: Value) -> Sample {
    Sample { labels: sample.labels.clone(), value }
}
