//! The figures for the [`metrics`](https://docs.rs/metrics) facade, with any recorder that the
//! service installs.
//!
//! ```
//! use request_arena_telemetry::metrics::Exporter;
//!
//! let exporter = Exporter::new();
//! exporter.describe(); // once, after the recorder is installed
//! exporter.publish(); // every few seconds, or before each scrape
//! ```
//!
//! # Histograms are counters here
//!
//! The facade's histograms take values one by one, but request-arena counts values into buckets
//! when scopes end. Replaying them one by one would be slow and lose the buckets. So a histogram is
//! published as three counters, as in Prometheus: `NAME_bucket` with the label `le`, `NAME_sum` and
//! `NAME_count`. An exporter to Prometheus uses these names, and `histogram_quantile` works as
//! usual.
//!
//! The facade's counters are whole numbers. A sum of seconds is a gauge, which only grows, too.
//!
//! The facade cannot remove a gauge. A gauge that becomes absent is set to 0, such as the age of
//! the oldest scope when no scope is open.

use std::collections::HashSet;
use std::sync::{Mutex, PoisonError};

use ::metrics::{Key, Label, SharedString};

use crate::Snapshot;
use crate::catalog::{self, Family, Kind, Sample, Unit, Value};

/// Publishes all figures of the process to the installed recorder. Without a recorder it does
/// nothing. Use one exporter for each recorder.
#[derive(Debug, Default)]
pub struct Exporter {
    /// The gauges that were published last.
    gauges: Mutex<HashSet<Key>>,
}

impl Exporter {
    /// A new exporter.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Describes each family's unit and help to the recorder. Call it once, after the recorder is
    /// installed.
    pub fn describe(&self) {
        for family in flat(&Snapshot::take()) {
            let (name, help, unit) =
                (SharedString::from(family.name.clone()), family.help, unit(&family));
            match (unit, is_counter(&family)) {
                (Some(unit), true) => ::metrics::describe_counter!(name, unit, help),
                (Some(unit), false) => ::metrics::describe_gauge!(name, unit, help),
                (None, true) => ::metrics::describe_counter!(name, help),
                (None, false) => ::metrics::describe_gauge!(name, help),
            }
        }
    }

    /// Reads all figures and sets them in the recorder. It costs a lookup in the recorder for each
    /// series, and each annotated function has 35 to 90. Call it on a thread that may block: 300
    /// functions take some milliseconds.
    pub fn publish(&self) {
        self.publish_snapshot(&Snapshot::take());
    }

    fn publish_snapshot(&self, snapshot: &Snapshot) {
        let mut last = self.gauges.lock().unwrap_or_else(PoisonError::into_inner);
        let mut gauges = HashSet::new();
        for family in flat(snapshot) {
            for sample in &family.samples {
                let key = key(&family, sample);
                match (&sample.value, is_counter(&family)) {
                    (Value::Whole(value), true) => {
                        ::metrics::counter!(name(&key), key.labels()).absolute(*value);
                    }
                    (value, _) => {
                        ::metrics::gauge!(name(&key), key.labels())
                            .set(value.as_f64().unwrap_or_default());
                        gauges.insert(key);
                    }
                }
            }
        }
        last.difference(&gauges)
            .for_each(|gone| ::metrics::gauge!(name(gone), gone.labels()).set(0.0));
        *last = gauges;
    }
}

fn flat(snapshot: &Snapshot) -> impl Iterator<Item = Family> + use<> {
    catalog::families(snapshot).into_iter().flat_map(Family::flat)
}

fn key(family: &Family, sample: &Sample) -> Key {
    let labels: Vec<_> =
        sample.labels.iter().map(|(key, value)| Label::new(*key, value.clone())).collect();
    Key::from_parts(SharedString::from(family.name.clone()), labels)
}

fn name(key: &Key) -> SharedString {
    key.name().to_owned().into()
}

fn is_counter(family: &Family) -> bool {
    family.kind == Kind::Counter && !family.is_real()
}

fn unit(family: &Family) -> Option<::metrics::Unit> {
    match family.unit? {
        Unit::Bytes => Some(::metrics::Unit::Bytes),
        Unit::Seconds => Some(::metrics::Unit::Seconds),
        // The facade has no unit for bytes a second, and none for ratios.
        Unit::BytesPerSecond | Unit::Ratio => None,
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use metrics_util::debugging::{DebugValue, DebuggingRecorder};
    use request_arena_core::{Site, scope};

    use super::*;

    #[test]
    fn a_gauge_that_is_gone_is_0() {
        static SITE: Site = Site::new("gone", module_path!(), file!(), line!());
        scope(&SITE, |_| ());
        let recorder = DebuggingRecorder::new();
        let snapshotter = recorder.snapshotter();
        let exporter = Exporter::new();
        let mut snapshot = Snapshot::take();
        let mut publish = |oldest| {
            snapshot.report.sites.retain(|site| site.name == "gone");
            snapshot.report.sites[0].oldest = oldest;
            ::metrics::with_local_recorder(&recorder, || exporter.publish_snapshot(&snapshot));
            let all = snapshotter.snapshot().into_vec();
            let oldest = all
                .into_iter()
                .find(|(key, ..)| key.key().name() == "request_arena_oldest_scope_seconds");
            oldest.map(|(_, _, _, value)| value)
        };
        assert_eq!(publish(None), None);
        assert_eq!(publish(Some(Duration::from_secs(7))), Some(DebugValue::Gauge(7.0.into())));
        assert_eq!(publish(None), Some(DebugValue::Gauge(0.0.into())));
    }
}
