//! The figures that a recorder of the `metrics` facade gets.

use std::collections::HashMap;

use metrics_util::MetricKind;
use metrics_util::debugging::{DebugValue, DebuggingRecorder};
use request_arena_core::{Site, report, scope};
use request_arena_telemetry::metrics::Exporter;

static SITE: Site = Site::new("published", "tests", file!(), line!());

fn run(bytes: usize) {
    scope(&SITE, |arena| {
        arena.alloc_slice_fill_copy(bytes, 0_u8);
    });
}

#[test]
fn a_recorder_gets_the_figures_of_the_report() {
    let recorder = DebuggingRecorder::new();
    let snapshotter = recorder.snapshotter();
    let exporter = Exporter::new();
    let publish = || {
        metrics::with_local_recorder(&recorder, || {
            exporter.describe();
            exporter.publish();
        });
        // By name and the values of the labels after `scope` and `module`.
        let mut figures = HashMap::new();
        for (key, unit, help, value) in snapshotter.snapshot().into_vec() {
            let labels: Vec<_> = key.key().labels().map(|label| label.value().to_owned()).collect();
            if labels.first().is_none_or(|scope| scope == "published") {
                let name = format!("{}{:?}", key.key().name(), labels.get(2..).unwrap_or_default());
                assert!(help.is_some(), "{name} is not described");
                let counter = key.kind() == MetricKind::Counter;
                assert!(figures.insert(name, (value, unit, counter)).is_none(), "twice");
            }
        }
        figures
    };

    [100, 1000].into_iter().for_each(run);
    let figures = publish();
    let value = |name: &str| &figures[&format!("request_arena_{name}")];
    assert_eq!(*value(r#"scopes_total["returned"]"#), (DebugValue::Counter(2), None, true));
    assert_eq!(*value(r#"scopes_total["cancelled"]"#), (DebugValue::Counter(0), None, true));
    assert_eq!(
        *value("used_bytes_sum[]"),
        (DebugValue::Counter(1100), Some(metrics::Unit::Bytes), true)
    );
    assert_eq!(value(r#"peak_used_bytes_bucket["256.0"]"#).0, DebugValue::Counter(1));
    assert_eq!(value(r#"peak_used_bytes_bucket["1024.0"]"#).0, DebugValue::Counter(2));
    assert_eq!(value(r#"used_bytes_bucket["+Inf"]"#).0, DebugValue::Counter(2));
    assert_eq!(value("peak_used_max_bytes[]").0, DebugValue::Gauge(1000.0.into()));
    let retain = report().settings.retain_bytes;
    assert_eq!(value("retain_limit_bytes[]").0, DebugValue::Gauge((retain as f64).into()));

    // Publishing sets a counter, and does not add to it.
    run(5000);
    let figures = publish();
    assert_eq!(figures[r#"request_arena_used_bytes_bucket["+Inf"]"#].0, DebugValue::Counter(3));
    assert_eq!(figures["request_arena_used_bytes_sum[]"].0, DebugValue::Counter(6100));
}
