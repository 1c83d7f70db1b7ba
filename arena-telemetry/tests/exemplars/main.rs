//! A service with `tracing-opentelemetry`. A real Prometheus finds the trace of its largest
//! request, and reads its native histograms.

#[path = "../page/mod.rs"]
mod page;
mod reentrant;
#[path = "../prometheus/server.rs"]
mod server;
mod service;
#[path = "../support/mod.rs"]
mod support;

use hyper::{Method, StatusCode};
use request_arena_core::report;
use request_arena_telemetry::{debug_page, prometheus};
use serde_json::{Value, json};
use server::{Prometheus, fetch};
use service::{Request, SERVICE, request, start};

/// The trace of the largest request that is sampled.
const LARGEST: Request =
    Request { bytes: 70_000, trace: "4bf92f3577b34da6a3ce929d0e0e4736", flags: "01" };

/// 60 requests of 100 bytes, 30 of 1,000, 9 of 5,000, one of 70,000, and one that is larger but not
/// sampled.
async fn load(addr: std::net::SocketAddr) {
    let small = |byte: u8, bytes| (format!("{byte:02x}").repeat(16), bytes);
    for (trace, bytes) in [(60, 100), (30, 1000), (9, 5000)]
        .into_iter()
        .flat_map(|(times, bytes)| (1..=times).map(move |byte| small(byte, bytes)))
    {
        request(addr, &Request { bytes, trace: &trace, flags: "01" }).await;
    }
    request(addr, &LARGEST).await;
    let trace = "ffffffffffffffffffffffffffffffff";
    request(addr, &Request { bytes: 90_000, trace, flags: "00" }).await;
}

/// Waits until so many of these series have the exemplar.
async fn exemplars(
    prometheus: &Prometheus,
    series: &str,
    count: usize,
) -> Vec<(Value, Value, f64)> {
    let mut found = Vec::new();
    let are_there = async |prometheus: &Prometheus| {
        found = prometheus.exemplars(series).await;
        found.retain(|(_, labels, _)| labels["trace_id"] == LARGEST.trace);
        found.len() == count
    };
    prometheus.until("the exemplar is there", are_there).await;
    found
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn prometheus_finds_the_trace_of_the_largest_request() {
    let addr = start().await;
    load(addr).await;

    let largest = report().site(SERVICE.name()).unwrap().exemplar.unwrap();
    assert_eq!(
        (largest.peak_used, largest.trace.trace_id.to_string()),
        (70_000, LARGEST.trace.into())
    );
    let plain = fetch(addr, Method::GET, "/metrics", None).await;
    assert!(!plain.body.contains("trace_id"), "the text format has no exemplars");
    let open = fetch(addr, Method::GET, "/metrics", Some("application/openmetrics-text")).await;
    assert_eq!((open.status, &*open.content_type), (StatusCode::OK, prometheus::OPEN_METRICS_TYPE));
    let marked: Vec<_> = open.body.lines().filter(|line| line.contains(LARGEST.trace)).collect();
    let [line] = marked[..] else { panic!("{marked:?}") };
    let (series, exemplar) = line.split_once(" # ").unwrap();
    assert_eq!(
        series,
        "request_arena_peak_used_bytes_bucket{le=\"262144.0\",scope=\"thumbnail\",\
         module=\"service\"} 101"
    );
    let span = largest.trace.span_id.unwrap();
    let ids = format!("{{trace_id=\"{}\",span_id=\"{span}\"}} 70000.0 ", LARGEST.trace);
    assert!(exemplar.starts_with(&ids), "{exemplar}");

    the_page_and_its_document_have_it(&span.to_string()).await;

    if !support::has("prometheus") {
        return;
    }
    // Two jobs are two readers, as the two servers of a pair are.
    let jobs = [("one", "/metrics"), ("two", "/metrics")];
    let classic = Prometheus::with_features(addr, &jobs, &["exemplar-storage"]);
    for (of, labels, value) in
        exemplars(&classic, "request_arena_peak_used_bytes_bucket", jobs.len()).await
    {
        assert_eq!((&of["scope"], &of["le"]), (&json!("thumbnail"), &json!("262144.0")));
        assert_eq!(labels, json!({ "trace_id": LARGEST.trace, "span_id": span.to_string() }));
        assert_eq!(value, 70_000.0);
    }

    let features = ["exemplar-storage", "native-histograms"];
    let native = Prometheus::with_features(addr, &[("native", "/metrics")], &features);
    for (of, labels, value) in exemplars(&native, "request_arena_peak_used_bytes", 1).await {
        assert_eq!((&of["scope"], value), (&json!("thumbnail"), 70_000.0));
        assert_eq!(labels["span_id"], span.to_string());
    }
    native_histograms_are_those_of_the_report(&native).await;
    // Again, so that there are rates.
    load(addr).await;
    rates_are_known(&native).await;
}

async fn the_page_and_its_document_have_it(span: &str) {
    let router = debug_page::router();
    let (_, _, page) = page::get(&router, "/debug/arenas?sort=trace_peak").await;
    assert!(page.contains(&format!("title=\"trace {}\"", LARGEST.trace)));
    let (_, _, document) = page::get(&router, "/debug/arenas.json").await;
    let document: Value = serde_json::from_str(&document).unwrap();
    let errors = page::errors(&document);
    assert!(errors.is_empty(), "{errors:#?}");
    let sites = document["sites"].as_array().unwrap();
    let exemplar = &sites.iter().find(|site| site["name"] == SERVICE.name()).unwrap()["exemplar"];
    assert_eq!(exemplar["trace_id"], LARGEST.trace);
    assert_eq!(
        (&exemplar["span_id"], &exemplar["peak_used_bytes"]),
        (&span.into(), &70_000.into())
    );
    assert!(exemplar["unix_ms"].as_u64() > Some(1_600_000_000_000));
}

async fn native_histograms_are_those_of_the_report(native: &Prometheus) {
    let of =
        |promql: &str| promql.replace('$', "request_arena_peak_used_bytes{scope=\"thumbnail\"}");
    let peaks = report().site(SERVICE.name()).unwrap().peak_used;
    assert_eq!(native.value(&of("histogram_count($)")).await, peaks.count() as f64);
    assert_eq!(native.value(&of("histogram_sum($)")).await, peaks.sum as f64);
    // Every bound is exact, and not each second one as in the classic histogram.
    for (bound, below) in [(128, 60.0), (512, 60.0), (1024, 90.0), (8192, 99.0), (65_536, 99.0)] {
        let share = native.value(&of(&format!("histogram_fraction(0, {bound}, $)"))).await;
        assert!((share - below / 101.0).abs() < 1e-9, "{bound}: {share}");
    }
    // The classic series of a family without a native part are there.
    let classic = "request_arena_scopes_total{scope=\"thumbnail\", outcome=\"returned\"}";
    assert_eq!(native.value(classic).await, 101.0);
}

async fn rates_are_known(native: &Prometheus) {
    let rate = "rate(request_arena_peak_used_bytes{scope=\"thumbnail\"}[10m])";
    let quantile = format!("histogram_quantile(0.99, {rate})");
    let is_known = async |native: &Prometheus| {
        let found = native.query(&quantile).await;
        // The 99.99th of 101 requests is of 70,000 or 90,000 bytes.
        found.first().is_some_and(|&(_, bytes)| bytes > 65_536.0 && bytes <= 131_072.0)
    };
    native.until("the quantile of the rate is known", is_known).await;
    let half = native.value(&format!("histogram_quantile(0.5, {rate})")).await;
    assert!(half > 0.0 && half <= 128.0, "{half}");
}
