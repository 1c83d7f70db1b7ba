//! The figures that OpenTelemetry's SDK collects.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use opentelemetry_0_33::metrics::MeterProvider as _;
use opentelemetry_sdk::metrics::data::{
    AggregatedMetrics, Metric, MetricData, ResourceMetrics, ScopeMetrics,
};
use opentelemetry_sdk::metrics::{InMemoryMetricExporter, PeriodicReader, SdkMeterProvider};
use request_arena_core::{Site, scope};

/// A collection of one service: all observations, by name and attributes.
struct Service {
    provider: SdkMeterProvider,
    exporter: InMemoryMetricExporter,
}

impl Service {
    fn new() -> Self {
        let exporter = InMemoryMetricExporter::default();
        let provider = SdkMeterProvider::builder()
            .with_reader(PeriodicReader::builder(exporter.clone()).build())
            .build();
        Self { provider, exporter }
    }

    fn collect(&self) -> HashMap<String, f64> {
        self.exporter.reset();
        self.provider.force_flush().unwrap();
        let finished = self.exporter.get_finished_metrics().unwrap();
        let scopes = finished.iter().flat_map(ResourceMetrics::scope_metrics);
        scopes.flat_map(ScopeMetrics::metrics).flat_map(points).collect()
    }
}

fn points(metric: &Metric) -> Vec<(String, f64)> {
    match metric.data() {
        AggregatedMetrics::U64(data) => of(metric.name(), data, |value| value as f64),
        AggregatedMetrics::F64(data) => of(metric.name(), data, |value| value),
        AggregatedMetrics::I64(data) => of(metric.name(), data, |value| value as f64),
    }
}

fn of<T: Copy>(name: &str, data: &MetricData<T>, value: impl Fn(T) -> f64) -> Vec<(String, f64)> {
    let attributes = |all: &mut dyn Iterator<Item = &opentelemetry_0_33::KeyValue>| {
        let mut all: Vec<_> = all.map(|one| format!("{}={}", one.key, one.value)).collect();
        all.sort();
        format!("{name}{all:?}").replace('"', "")
    };
    match data {
        MetricData::Sum(sum) => {
            // The conventions have resident memory and threads as sums that go up and down.
            let goes_down = name.starts_with("process.memory.")
                || name.starts_with("container.memory.")
                || name == "process.thread.count";
            assert_eq!(sum.is_monotonic(), !goes_down, "{name}");
            sum.data_points()
                .map(|point| (attributes(&mut point.attributes()), value(point.value())))
                .collect()
        }
        MetricData::Gauge(gauge) => gauge
            .data_points()
            .map(|point| (attributes(&mut point.attributes()), value(point.value())))
            .collect(),
        MetricData::Histogram(_) | MetricData::ExponentialHistogram(_) => {
            panic!("{name} is a histogram")
        }
    }
}

fn run(site: &'static Site, bytes: usize) {
    scope(site, |arena| {
        arena.alloc_slice_fill_copy(bytes, 0_u8);
    });
}

#[test]
fn a_collection_has_the_figures_of_the_report() {
    static SITE: Site = Site::new("observed", "tests", file!(), line!()).with_limit(1 << 20);
    let service = Service::new();
    let instruments = request_arena_telemetry::opentelemetry_0_33::register(
        &service.provider.meter("request_arena"),
    );
    [100, 1000].into_iter().for_each(|bytes| run(&SITE, bytes));
    let figures = service.collect();
    let value =
        |figures: &HashMap<String, f64>, name: &str| figures[&format!("request_arena_{name}")];
    assert_eq!(
        value(&figures, "scopes_total[module=tests, outcome=returned, scope=observed]"),
        2.0
    );
    assert_eq!(value(&figures, "used_bytes_sum[module=tests, scope=observed]"), 1100.0);
    assert_eq!(
        value(&figures, "peak_used_bytes_bucket[le=256.0, module=tests, scope=observed]"),
        1.0
    );
    assert_eq!(
        value(&figures, "peak_used_bytes_bucket[le=+Inf, module=tests, scope=observed]"),
        2.0
    );
    assert_eq!(value(&figures, "limit_bytes[module=tests, scope=observed]"), 1048576.0);
    assert!(value(&figures, "decay_seconds[]") > 0.0);

    run(&SITE, 1000);
    let figures = service.collect();
    assert_eq!(value(&figures, "used_bytes_sum[module=tests, scope=observed]"), 2100.0);

    drop(instruments);
    run(&SITE, 1000);
    let figures = service.collect();
    assert!(
        !figures.values().any(|&sum| sum == 3100.0),
        "still observed after the handle was dropped"
    );
}

#[test]
fn all_instruments_of_a_collection_show_one_reading() {
    static SITE: Site = Site::new("busy", "tests", file!(), line!());
    let service = Service::new();
    let _instruments = request_arena_telemetry::opentelemetry_0_33::register(
        &service.provider.meter("request_arena"),
    );
    let stop = AtomicBool::new(false);
    let collections: Vec<_> = thread::scope(|threads| {
        threads.spawn(|| {
            while !stop.load(Ordering::Relaxed) {
                run(&SITE, 100);
            }
        });
        let collections = (0..50).map(|_| service.collect()).collect();
        stop.store(true, Ordering::Relaxed);
        collections
    });
    let of = |name: &str| {
        let name = format!("request_arena_used_bytes_{name}module=tests, scope=busy]");
        collections
            .iter()
            .filter_map(move |figures| figures.get(&name).copied())
            .collect::<Vec<_>>()
    };
    assert!(of("count[").last().is_some_and(|&count| count > 0.0));
    // If they were read at different moments, the counts would be ahead of the buckets.
    assert_eq!(of("bucket[le=+Inf, "), of("count["));
}

#[test]
fn figures_of_the_process_have_the_names_and_units_of_the_semantic_conventions() {
    let service = Service::new();
    let _instruments = request_arena_telemetry::opentelemetry_0_33::register(
        &service.provider.meter("request_arena"),
    );
    let figures = service.collect();
    for name in [
        "process.memory.usage[]",
        "process.memory.virtual[]",
        "process.thread.count[]",
        "process.paging.faults[system.paging.fault.type=minor]",
    ] {
        assert!(figures.get(name).is_some_and(|&value| value > 0.0), "{name} in {figures:?}");
    }
    assert!(figures.contains_key("process.paging.faults[system.paging.fault.type=major]"));
    for gone in ["resident_bytes", "virtual_bytes", "threads", "page_faults_total"] {
        let gone = format!("request_arena_process_{gone}");
        assert!(!figures.keys().any(|name| name.starts_with(&gone)), "{gone} has two names");
    }
    let finished = service.exporter.get_finished_metrics().unwrap();
    let metrics =
        || finished.iter().flat_map(ResourceMetrics::scope_metrics).flat_map(ScopeMetrics::metrics);
    let unit = |name: &str| metrics().find(|metric| metric.name() == name).unwrap().unit();
    // Whether a control group counts the memory depends on the machine.
    let has_container = request_arena_telemetry::container::read().is_ok();
    for name in ["usage", "working_set", "rss"] {
        let is_there = figures.contains_key(&format!("container.memory.{name}[]"));
        assert_eq!(is_there, has_container, "{name} in {figures:?}");
    }
    for gone in ["used", "working_set", "anonymous"] {
        let gone = format!("request_arena_container_{gone}_bytes");
        assert!(!figures.keys().any(|name| name.starts_with(&gone)), "{gone} has two names");
    }
    assert_eq!(unit("process.memory.usage"), "By");
    assert_eq!(unit("process.thread.count"), "{thread}");
    assert_eq!(unit("process.paging.faults"), "{fault}");
    // Exporters to Prometheus add `_ratio` to a gauge with the unit 1.
    assert_eq!(unit("request_arena_retained_arenas"), "{count}");
}
