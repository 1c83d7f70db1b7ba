//! A real Prometheus scrapes this process through every exporter. It finds the same series with the
//! same values.

#[path = "prometheus/server.rs"]
mod server;
mod support;

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use std::time::{SystemTime, UNIX_EPOCH};

use axum::Router;
use axum::response::IntoResponse;
use axum::routing::get;
use opentelemetry_0_33::metrics::MeterProvider as _;
use opentelemetry_sdk::metrics::SdkMeterProvider;
use request_arena_core::{Site, try_scope};
use request_arena_telemetry::{metrics, prometheus};
use server::Prometheus;

static SITE: Site =
    Site::new("agree \"all\" \\", "service::agree", file!(), line!()).with_limit(64 << 10);

/// Families that have another name in OpenTelemetry, and that one in Prometheus.
const CONVENTIONS: [(&str, &str); 7] = [
    ("request_arena_process_resident_bytes", "process_memory_usage"),
    ("request_arena_process_virtual_bytes", "process_memory_virtual"),
    ("request_arena_process_threads", "process_thread_count"),
    ("request_arena_process_page_faults_total", "process_paging_faults"),
    ("request_arena_container_used_bytes", "container_memory_usage"),
    ("request_arena_container_working_set_bytes", "container_memory_working_set"),
    ("request_arena_container_anonymous_bytes", "container_memory_rss"),
];

/// A registry of `prometheus-client` as text.
macro_rules! client {
    ($version:ident) => {
        get(async || {
            let mut registry = $version::registry::Registry::default();
            let collector = request_arena_telemetry::$version::Collector::new();
            registry.register_collector(Box::new(collector));
            let mut text = String::new();
            $version::encoding::text::encode(&mut text, &registry).unwrap();
            ([("content-type", prometheus::OPEN_METRICS_TYPE)], text)
        })
    };
}

/// A registry of `prometheus` as text.
macro_rules! tikv {
    ($version:ident) => {
        get(async || {
            let registry = $version::Registry::new();
            let collector = request_arena_telemetry::$version::Collector::new();
            registry.register(Box::new(collector)).unwrap();
            $version::TextEncoder::new().encode_to_string(&registry.gather()).unwrap()
        })
    };
}

/// A recorder of `metrics` as text.
async fn facade() -> impl IntoResponse {
    let recorder = metrics_exporter_prometheus::PrometheusBuilder::new().build_recorder();
    let exporter = metrics::Exporter::new();
    ::metrics::with_local_recorder(&recorder, || {
        exporter.describe();
        exporter.publish();
    });
    recorder.handle().render()
}

/// A meter of OpenTelemetry as text.
async fn meter() -> impl IntoResponse {
    let registry = prometheus_0_14::Registry::new();
    let reader = opentelemetry_prometheus::exporter().with_registry(registry.clone());
    // Unlike other exporters to Prometheus, it adds suffixes that a name already has.
    let reader = reader.without_units().without_counter_suffixes();
    let reader = reader.without_target_info().scope_info_enabled(false).build().unwrap();
    let provider = SdkMeterProvider::builder().with_reader(reader).build();
    let _instruments =
        request_arena_telemetry::opentelemetry_0_33::register(&provider.meter("request_arena"));
    prometheus_0_14::TextEncoder::new().encode_to_string(&registry.gather()).unwrap()
}

async fn serve() -> SocketAddr {
    let router = Router::new()
        .route("/client_22", client!(prometheus_client_0_22))
        .route("/client_23", client!(prometheus_client_0_23))
        .route("/client_24", client!(prometheus_client_0_24))
        .route("/client_25", client!(prometheus_client_0_25))
        .route("/client_26", client!(prometheus_client_0_26))
        .route("/tikv_13", tikv!(prometheus_0_13))
        .route("/tikv_14", tikv!(prometheus_0_14))
        .route("/facade", get(facade))
        .route("/otel", get(meter))
        .merge(prometheus::route());
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let addr = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, router).await });
    addr
}

/// Name and labels of a series.
type Key = BTreeMap<String, String>;

/// The series of a job, with bounds of buckets as numbers: libraries write `128` or `128.0`.
async fn scraped(prometheus: &Prometheus, job: &str) -> BTreeMap<Key, f64> {
    let names = "request_arena_.*|process_.*|container_.*";
    let series = prometheus.query(&format!("{{job=\"{job}\", __name__=~\"{names}\"}}")).await;
    let same_bound = |(mut labels, value): (Key, f64)| {
        if let Some(le) = labels.get_mut("le") {
            let bound: f64 = le.parse().unwrap();
            assert!(bound.is_finite() || le == "+Inf", "{job}: no quantile without +Inf: {le}");
            *le = bound.to_string();
        }
        (labels, value)
    };
    series.into_iter().map(same_bound).collect()
}

/// With the catalog's names in place of OpenTelemetry's.
fn renamed(series: BTreeMap<Key, f64>) -> BTreeMap<Key, f64> {
    let rename = |(mut labels, value): (Key, f64)| {
        let name = labels.get_mut("__name__").unwrap();
        if let Some((family, _)) = CONVENTIONS.iter().find(|(_, convention)| name == convention) {
            *name = (*family).to_owned();
            let kind = labels.remove("system_paging_fault_type");
            labels.extend(kind.map(|kind| ("kind".to_owned(), kind)));
        }
        (labels, value)
    };
    series.into_iter().map(rename).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_library_exports_the_same_series() {
    // So that there are figures of the allocator, and of the heap.
    request_arena_telemetry::use_jemalloc!();
    if !support::has("prometheus") {
        return;
    }
    for bytes in [100, 100, 1000, 5000, 70_000] {
        let _ = try_scope(&SITE, |arena| {
            arena.try_alloc_slice_fill_copy(bytes, 0_u8).map(|slice| slice.len())
        });
    }
    let jobs = [
        ("text", "/metrics"),
        ("client 0.22", "/client_22"),
        ("client 0.23", "/client_23"),
        ("client 0.24", "/client_24"),
        ("client 0.25", "/client_25"),
        ("client 0.26", "/client_26"),
        ("tikv 0.13", "/tikv_13"),
        ("tikv 0.14", "/tikv_14"),
        ("facade", "/facade"),
        ("otel", "/otel"),
    ];
    let prometheus = Prometheus::scraping(serve().await, &jobs);
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs_f64();
    let all_scraped = async |prometheus: &Prometheus| {
        // A text is reused for five seconds, and this one was rendered after the load.
        let ups = prometheus.query("timestamp(up) * up").await;
        ups.len() == jobs.len() && ups.iter().all(|&(_, at)| at > now)
    };
    prometheus.until("all jobs are scraped", all_scraped).await;
    let expected = scraped(&prometheus, "text").await;
    assert!(expected.len() > 80, "{}", expected.len());
    let is_of_site =
        |labels: &Key| labels.get("scope").is_some_and(|scope| scope.starts_with("agree"));
    assert!(expected.keys().filter(|labels| is_of_site(labels)).count() > 30);
    for (job, _) in &jobs[1..] {
        let mut found = scraped(&prometheus, job).await;
        if *job == "otel" {
            found = renamed(found);
        }
        let (known, here): (BTreeSet<_>, BTreeSet<_>) =
            (expected.keys().collect(), found.keys().collect());
        let missing: Vec<_> = known.difference(&here).collect();
        let further: Vec<_> = here.difference(&known).collect();
        assert!(missing.is_empty() && further.is_empty(), "{job}: {missing:?}, and {further:?}");
        // The process's own figures have changed between two scrapes.
        for (labels, value) in expected.iter().filter(|(labels, _)| is_of_site(labels)) {
            assert_eq!(found[labels], *value, "{job}: {labels:?}");
        }
    }
}
