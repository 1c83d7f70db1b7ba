//! A real Prometheus scrapes the server under load. Afterwards, its figures equal those of the
//! report.
//!
//! One test in a process of its own, as the report counts for the process.

mod common;
#[path = "../../../arena-telemetry/tests/prometheus/figures.rs"]
mod figures;
#[path = "../../../arena-telemetry/tests/prometheus/server.rs"]
mod server;
#[path = "../../../arena-telemetry/tests/support/mod.rs"]
mod support;

use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use axum::http::{Method, StatusCode};
use common::{LINES, Service};
use figures::{expected, scraped, scraped_after_now};
use loopback::{Ask, Client};
use request_arena::report;
use server::Prometheus;

const HANDLERS: [&str; 4] = ["search", "facets", "get_document", "post_documents"];

/// Sends requests to each handler in turn, both valid and refused ones, until it is stopped.
/// Returns their number.
async fn ask(addr: SocketAddr, stop: Arc<AtomicBool>) -> u32 {
    let get = |target: &str| (Method::GET, target.to_owned(), "");
    let post = |body| (Method::POST, "/documents".to_owned(), body);
    let asks = [
        (get("/search?q=san+fransico"), StatusCode::OK),
        (get("/search?q=s&near=45,4"), StatusCode::OK),
        (get("/search?q="), StatusCode::BAD_REQUEST),
        (get("/facets?q=san"), StatusCode::OK),
        (get("/documents/1"), StatusCode::OK),
        (get("/documents/99"), StatusCode::NOT_FOUND),
        (
            post(r#"{"id":9,"name":"Metz","lat":49.1,"lng":6.2,"country":"FR"}"#),
            StatusCode::CREATED,
        ),
        (post("["), StatusCode::BAD_REQUEST),
    ];
    let mut client = Client::connect(addr).await.unwrap();
    let mut rounds = 0;
    while !stop.load(Ordering::Relaxed) {
        for ((method, target, body), status) in asks.clone() {
            let ask = Ask { method, target, content_type: Some(LINES), body: body.into() };
            assert_eq!(client.send(&ask).await.unwrap().status, status, "{ask:?}");
        }
        rounds += 1;
    }
    rounds
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn prometheus_has_the_figures_of_the_report() {
    if !support::has("prometheus") {
        return;
    }
    // One post fills it.
    let service = Service::with_places().await;
    let addr = service.server.addr();
    let prometheus = Prometheus::start(addr);
    let stop = Arc::new(AtomicBool::new(false));
    let asking = tokio::spawn(ask(addr, Arc::clone(&stop)));
    let asked = async |prometheus: &Prometheus| {
        !prometheus.query("request_arena_resets_total > 100").await.is_empty()
    };
    prometheus.until("it has scraped while requests came", asked).await;
    scraped_after_now(&prometheus).await;
    stop.store(true, Ordering::Relaxed);
    let rounds = f64::from(asking.await.unwrap());
    let report = report();
    scraped_after_now(&prometheus).await;

    for handler in HANDLERS {
        let site = report.site(handler).unwrap();
        let scraped = scraped(&prometheus, site).await;
        for (figure, value) in expected(site) {
            assert_eq!(scraped.get(&figure), Some(&value), "{handler}: {figure}");
        }
        assert_eq!(scraped["live_scopes"], 0.0, "{handler}");
        assert!(scraped["peak_used_bytes_sum"] > 0.0, "{handler}");
    }
    // The number of requests is known without the report.
    for (handler, outcome, requests) in [
        ("search", "returned", 2.0 * rounds),
        ("search", "error", rounds),
        ("facets", "returned", rounds),
        ("facets", "error", 0.0),
        ("get_document", "returned", rounds),
        ("get_document", "error", rounds),
        ("post_documents", "returned", rounds + 1.0),
        ("post_documents", "error", rounds),
    ] {
        let query = format!(
            "sum(request_arena_scopes_total{{scope=\"{handler}\", outcome=\"{outcome}\"}})"
        );
        assert_eq!(prometheus.value(&query).await, requests, "{query}");
    }
    let all = prometheus.value("sum(request_arena_peak_used_bytes_bucket{le=\"+Inf\"})").await;
    assert_eq!(all, 8.0 * rounds + 1.0);
    // The figures of the allocator and of the process, and the arenas' part of both.
    for query in [
        "request_arena_allocator_allocated_bytes",
        "request_arena_heap_bytes_sum{scope=\"search\"}",
        "request_arena_coverage_ratio{scope=\"search\"}",
    ] {
        assert!(prometheus.value(query).await > 0.0, "{query}");
    }
    if cfg!(target_os = "linux") {
        assert!(prometheus.value("request_arena_process_resident_bytes").await > 0.0);
    }
}
