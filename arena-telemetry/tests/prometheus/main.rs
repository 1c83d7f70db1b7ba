//! A real Prometheus scrapes a real endpoint of this process; what it answers is what the report
//! says.

mod figures;
mod server;
#[path = "../support/mod.rs"]
mod support;

use std::fs;
use std::net::SocketAddr;
use std::time::Duration;

use figures::{expected, scraped, scraped_after_now};
use futures_util::FutureExt as _;
use hyper::{Method, StatusCode};
use request_arena_core::{RequestScope, Site, report, scope, scope_async, try_scope};
use request_arena_telemetry::catalog::{self, Kind};
use request_arena_telemetry::{Snapshot, prometheus};
use server::{Prometheus, fetch};

static SEARCH: Site = Site::new("search", "service::search", file!(), line!());
static UPLOAD: Site =
    Site::new("upload \"big\" \\", "service::upload", file!(), line!()).with_limit(64 << 10);

/// Serves `GET /metrics` of this process.
async fn serve() -> SocketAddr {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let addr = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, prometheus::route()).await });
    addr
}

fn search(bytes: usize) {
    scope(&SEARCH, |arena| {
        arena.alloc_slice_fill_copy(bytes, 0_u8);
    });
}

/// Scopes of known sizes: of `search` 60 of 100 bytes, 30 of 1,000, 9 of 5,000, 1 of 70,000, and
/// one that is dropped; of `upload` two that are refused memory.
fn load() {
    for (scopes, bytes) in [(60, 100), (30, 1000), (9, 5000), (1, 70_000)] {
        (0..scopes).for_each(|_| search(bytes));
    }
    let never = scope_async(&SEARCH, async |arena| {
        arena.alloc_slice_fill_copy(100, 0_u8);
        std::future::pending::<()>().await;
    });
    assert!(never.now_or_never().is_none());
    for _ in 0..2 {
        let refused =
            try_scope(&UPLOAD, |arena| arena.try_alloc_slice_fill_copy(1 << 20, 0_u8).map(drop));
        assert!(refused.is_err());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_prometheus_answers_is_what_the_report_says() {
    // So that there are figures of the allocator, and of the heap.
    request_arena_telemetry::use_jemalloc!();
    if !support::has("prometheus") {
        return;
    }
    let prometheus = Prometheus::start(serve().await);
    prometheus
        .until("it has started", async |prometheus| prometheus.get("rules").await.is_some())
        .await;
    // Scraped before and after, so that there are rates.
    load();
    scraped_after_now(&prometheus).await;
    load();
    let mut open = RequestScope::enter(&SEARCH);
    open.arena().alloc_slice_fill_copy(2000, 0_u8);
    let report = report();
    scraped_after_now(&prometheus).await;

    for name in [SEARCH.name(), UPLOAD.name()] {
        let site = report.site(name).unwrap();
        let scraped = scraped(&prometheus, site).await;
        for (figure, value) in expected(site) {
            assert_eq!(scraped.get(&figure), Some(&value), "{name}: {figure}");
        }
    }
    known_sizes_are_found(&prometheus).await;
    metadata_is_that_of_the_catalog(&prometheus).await;
    rules_are_evaluated(&prometheus).await;
    panels_are_answered(&prometheus).await;
    drop(open);
}

/// What can be said without the report: it is known what ran.
async fn known_sizes_are_found(prometheus: &Prometheus) {
    let bucket = async |le: &str| {
        prometheus
            .value(&format!(
                "request_arena_peak_used_bytes_bucket{{scope=\"search\", le=\"{le}\"}}"
            ))
            .await
    };
    // 60 of 100 bytes and one that was dropped, twice; then 30 of 1,000; 9 of 5,000; 1 of 70,000.
    for (le, scopes) in [
        ("256.0", 122.0),
        ("1024.0", 182.0),
        ("4096.0", 182.0),
        ("16384.0", 200.0),
        ("+Inf", 202.0),
    ] {
        assert_eq!(bucket(le).await, scopes, "{le}");
    }
    let search = |outcome| {
        format!("sum(request_arena_scopes_total{{scope=\"search\", outcome=\"{outcome}\"}})")
    };
    assert_eq!(prometheus.value(&search("returned")).await, 200.0);
    assert_eq!(prometheus.value(&search("cancelled")).await, 2.0);
    assert_eq!(prometheus.value("request_arena_live_scopes{scope=\"search\"}").await, 1.0);
    assert_eq!(prometheus.value("sum(request_arena_refusals_total{limit=\"65536\"})").await, 4.0);
    // Of 202 values the 151.5th, of 60 between 256 and 1024 that begin after the 122nd.
    let quantile = prometheus
        .value("histogram_quantile(0.75, request_arena_peak_used_bytes_bucket{scope=\"search\"})")
        .await;
    let interpolated = 256.0 + 768.0 * (0.75 * 202.0 - 122.0) / 60.0;
    assert!((quantile - interpolated).abs() < 1e-6, "{quantile} and not {interpolated}");
}

async fn metadata_is_that_of_the_catalog(prometheus: &Prometheus) {
    let metadata = prometheus.get("metadata").await.unwrap();
    for family in
        catalog::families(&Snapshot::take()).iter().filter(|family| !family.samples.is_empty())
    {
        // In OpenMetrics a counter's family is called without the `_total` of its samples.
        let known = &metadata[family.name.trim_end_matches("_total")][0];
        let kind = match family.kind {
            Kind::Counter => "counter",
            Kind::Gauge => "gauge",
            _ => "histogram",
        };
        let unit = family.unit.map_or("", |unit| unit.as_str());
        assert_eq!(
            (&known["type"], &known["unit"]),
            (&kind.into(), &unit.into()),
            "{}",
            family.name
        );
        assert_eq!(known["help"], family.help, "{}", family.name);
    }
}

async fn rules_are_evaluated(prometheus: &Prometheus) {
    let ready = async |prometheus: &Prometheus| {
        !prometheus
            .query("scope:request_arena_peak_used_bytes:p99_5m{scope=\"search\"}")
            .await
            .is_empty()
    };
    prometheus.until("the rules have recorded", ready).await;
    let rules = prometheus.get("rules").await.unwrap();
    let rules: Vec<_> = rules["groups"]
        .as_array()
        .unwrap()
        .iter()
        .flat_map(|group| group["rules"].as_array().unwrap())
        .collect();
    assert!(rules.len() > 10, "{rules:?}");
    for rule in rules {
        assert_eq!(rule["health"], "ok", "{rule}");
    }
    // It is over the four refusals.
    let fires = async |prometheus: &Prometheus| {
        !prometheus
            .query("ALERTS{alertname=\"RequestArenaLimitRefusals\", alertstate=\"firing\"}")
            .await
            .is_empty()
    };
    prometheus.until("the alert of the refusals fires", fires).await;
}

/// Each query of the dashboard is answered, and there is something to see wherever the figures are
/// known here.
async fn panels_are_answered(prometheus: &Prometheus) {
    let text = fs::read_to_string(support::dashboards().join("request-arena.json")).unwrap();
    let dashboard: serde_json::Value = serde_json::from_str(&text).unwrap();
    let snapshot = Snapshot::take();
    let families = catalog::families(&snapshot).into_iter();
    let absent: Vec<_> =
        families.filter(|family| family.samples.is_empty()).map(|family| family.name).collect();
    let mut shown = 0;
    for panel in dashboard["panels"].as_array().unwrap() {
        for target in panel["targets"].as_array().into_iter().flatten() {
            let query = target["expr"].as_str().unwrap();
            let filled = ["$job", "$instance", "$scope"]
                .iter()
                .fold(query.to_owned(), |query, name| query.replace(name, ".*"));
            let filled = filled.replace("$__rate_interval", "5m").replace("$__range", "1h");
            let series = prometheus.query(&filled).await;
            if !absent.iter().any(|name| query.contains(&**name)) {
                assert!(!series.is_empty(), "{}: nothing for {query}", panel["title"]);
                shown += 1;
            }
        }
    }
    assert!(shown > 20, "only {shown} queries have something to show");
}

#[tokio::test]
async fn the_route_speaks_open_metrics_to_those_who_ask_for_it() {
    let addr = serve().await;
    let plain = fetch(addr, Method::GET, "/metrics", None).await;
    assert_eq!((plain.status, &*plain.content_type), (StatusCode::OK, prometheus::TEXT_TYPE));
    assert!(
        plain.body.contains("# TYPE request_arena_discarded_total counter\n"),
        "{}",
        plain.body
    );
    let open = fetch(
        addr,
        Method::GET,
        "/metrics",
        Some("application/openmetrics-text;version=1.0.0,*/*;q=0.1"),
    )
    .await;
    assert_eq!((open.status, &*open.content_type), (StatusCode::OK, prometheus::OPEN_METRICS_TYPE));
    assert!(open.body.contains("# TYPE request_arena_discarded counter\n"), "{}", open.body);
    assert!(open.body.ends_with("# EOF\n"));
    assert_eq!(
        fetch(addr, Method::POST, "/metrics", None).await.status,
        StatusCode::METHOD_NOT_ALLOWED
    );
    // What a service sees that merges the route and has some of its own.
    let _: axum::Router<Duration> = axum::Router::new().merge(prometheus::route());
}
