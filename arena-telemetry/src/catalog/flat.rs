//! Histograms as plain counters, for systems that accept only single values and no buckets.

use super::{Distribution, Family, Kind, Sample, Unit, Value};

impl Family {
    /// A histogram as three counters, as in Prometheus: `NAME_bucket` with the label `le` for the
    /// upper bound, `NAME_sum` and `NAME_count`. Another family is returned as it is.
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
            Some(Unit::BytesPerSecond | Unit::Seconds | Unit::Ratio) => Value::Real(value.sum),
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

    /// Whether its values are [`Value::Real`] after [`flat`](Self::flat).
    #[cfg(any(feature = "metrics", feature = "__opentelemetry", test))]
    pub(crate) fn is_real(&self) -> bool {
        matches!(self.unit, Some(Unit::BytesPerSecond | Unit::Seconds | Unit::Ratio))
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
