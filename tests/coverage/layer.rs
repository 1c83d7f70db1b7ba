//! Allocations of a request before and after its scope: the layer counts them, and the report marks
//! them as missing without the layer.

use axum::body::{Body, Bytes};
use axum::extract::Json;
use axum::http::Request;
use axum::routing::post;
use axum::{Router, response::Response};
use request_arena::heap::RequestHeap;
use request_arena::{
    Arena, HeapReport, Site, SiteReport, report, request_arena, scope, scope_async, telemetry,
};
use serde::Deserialize;
use tower::ServiceExt;

use crate::support::{figures, panic_of, pause, poll_at_most};
use crate::{take, with_hook};

#[derive(Deserialize)]
struct Doc {
    words: Vec<String>,
}

#[request_arena]
async fn extracted(arena: Arena<'_>, Json(doc): Json<Doc>) -> String {
    arena.alloc_str(&doc.words[0]).to_owned()
}

#[request_arena]
async fn parsed(arena: Arena<'_>, body: Bytes) -> String {
    let doc: Doc = serde_json::from_slice(&body).unwrap();
    arena.alloc_str(&doc.words[0]).to_owned()
}

#[request_arena]
async fn unlayered(arena: Arena<'_>, Json(doc): Json<Doc>) -> String {
    arena.alloc_str(&doc.words[0]).to_owned()
}

async fn answer(router: &Router, path: &str) -> Response {
    let words: Vec<String> = (0..1000).map(|index| format!("word-{index:016}")).collect();
    let body = serde_json::json!({ "words": words }).to_string();
    let request = Request::post(path)
        .header("content-type", "application/json")
        .body(Body::from(body))
        .unwrap();
    router.clone().oneshot(request).await.unwrap()
}

fn site(name: &str) -> SiteReport {
    report().site(name).unwrap().clone()
}

fn heap(site: &SiteReport) -> HeapReport {
    site.heap.expect("there is a hook")
}

#[tokio::test(flavor = "current_thread")]
async fn a_document_counts_the_same_whether_an_extractor_or_the_handler_parses_it() {
    with_hook();
    let router = Router::new()
        .route("/a", post(extracted))
        .route("/b", post(parsed))
        .layer(telemetry::layer());
    for _ in 0..100 {
        assert!(answer(&router, "/a").await.status().is_success());
        assert!(answer(&router, "/b").await.status().is_success());
    }
    let (a, b) = (heap(&site("extracted")), heap(&site("parsed")));
    assert_eq!((a.outermost, b.outermost), (100, 100));
    assert!(!a.is_upper_bound() && !b.is_upper_bound());
    assert!(a.before_bytes > 100 * 21_000 && b.before_bytes < 100 * 40_000, "{a:?} {b:?}");
    let all = |heap: &HeapReport| heap.before_bytes + heap.bytes.sum + heap.after_bytes;
    assert!(all(&a).abs_diff(all(&b)) < all(&b) / 50, "{a:?} {b:?}");
    let (a, b) = (a.coverage().unwrap(), b.coverage().unwrap());
    assert!(a < 0.01 && b < 0.01, "{a} {b}");
}

#[tokio::test(flavor = "current_thread")]
async fn without_the_layer_the_report_says_that_coverage_is_an_upper_bound() {
    with_hook();
    answer(&Router::new().route("/", post(unlayered)), "/").await;
    let site = site("unlayered");
    assert!(heap(&site).is_upper_bound());
    let table = report().to_string();
    let row = table.lines().find(|line| line.starts_with("unlayered ")).unwrap();
    assert!(row.contains(" %  ") && row.contains(" <=") && row.contains("-/21/-"), "{row}");
}

#[test]
fn each_scope_counts_allocations_before_it_and_the_last_one_those_after() {
    static FIRST: Site = Site::new("first of two", module_path!(), file!(), line!());
    static SECOND: Site = Site::new("second of two", module_path!(), file!(), line!());
    static INNER: Site = Site::new("within the second", module_path!(), file!(), line!());
    with_hook();
    let mut request = RequestHeap::new();
    request.run(|| {
        take(1000);
        scope(&FIRST, |_| take(1));
        take(200);
    });
    take(100_000);
    let mut second = Box::pin(scope_async(&SECOND, async |_| {
        take(2);
        pause().await;
        scope(&INNER, |_| take(5)) + take(3)
    }));
    request.run(|| {
        take(30);
        assert!(crate::support::poll_once(second.as_mut()).is_pending());
        take(4000);
    });
    request.run(|| assert!(crate::support::poll_once(second.as_mut()).is_ready()));
    request.run(|| take(500));
    drop(request);
    let of = |site| {
        let heap = heap(&figures(site));
        (heap.before_bytes, heap.bytes.sum, heap.after_bytes, heap.is_upper_bound())
    };
    assert_eq!(of(&FIRST), (1000, 1, 0, false));
    assert_eq!(of(&SECOND), (230, 10, 4500, false));
    assert_eq!(of(&INNER), (0, 5, 0, true), "its surroundings are the outer scope's");
}

#[test]
fn a_request_that_panics_or_is_dropped_is_counted_and_leaves_the_thread_as_it_was() {
    static SITE: Site = Site::new("troubled", module_path!(), file!(), line!());
    with_hook();
    let mut request = RequestHeap::new();
    let mut future = Box::pin(scope_async(&SITE, async |_| {
        pause().await;
        panic!("once")
    }));
    request.run(|| {
        take(70);
        assert!(crate::support::poll_once(future.as_mut()).is_pending());
        // An inner layer may catch the panic and answer.
        panic_of(|| poll_at_most(future, 1));
        take(7000);
    });
    drop(request);
    let troubled = heap(&figures(&SITE));
    assert_eq!((troubled.before_bytes, troubled.outermost), (70, 1));
    assert!((7000..50_000).contains(&troubled.after_bytes), "{troubled:?}");
    panic_of(|| RequestHeap::new().run(|| std::panic::panic_any(take(1))));
    take(5);
    scope(&SITE, |_| ());
    assert_eq!(heap(&figures(&SITE)).outermost, 1, "no request runs any more");
}

#[request_arena(limit = "64 KiB", on_limit = 413)]
async fn limited(arena: Arena<'_>) -> usize {
    take(100);
    pause().await;
    arena.alloc_slice_fill_copy(take(100_000), 1_u8).len()
}

#[test]
fn a_future_ended_by_its_limit_is_charged_only_until_its_end() {
    with_hook();
    let mut request = RequestHeap::new();
    request.run(|| {
        assert_eq!(poll_at_most(limited(), 2), Some(413));
        take(7000);
    });
    drop(request);
    let limited = heap(&site("limited"));
    assert!((100_100..110_000).contains(&limited.bytes.sum), "{limited:?}");
    assert_eq!(limited.after_bytes, 7000);
}

#[test]
fn blocks_left_by_a_collection_do_not_raise_coverage() {
    static SITE: Site =
        Site::new("wasteful", module_path!(), file!(), line!()).with_initial(1 << 20);
    with_hook();
    scope(&SITE, |arena| {
        take(50_000);
        let mut list = request_arena::collections::Vec::<u8>::with_capacity_in(50_000, &arena);
        list.resize(50_000, 1);
        // Another block follows it, so it has to move.
        arena.alloc(1_u8);
        list.reserve_exact(1000);
        for _ in 0..10 {
            arena.scope(|child| {
                let mut list =
                    request_arena::collections::Vec::<u8>::with_capacity_in(10_000, &child);
                list.push(1);
                child.alloc(1_u8);
                list.resize(20_000, 1);
            });
        }
    });
    let site = figures(&SITE);
    assert!(site.peak_used.sum > 130_000 && site.abandoned_bytes == 150_000, "{site:?}");
    let heap = heap(&site);
    assert!(
        (71_000..=72_000).contains(&heap.arena_bytes),
        "{heap:?}: its own list, and one of a child"
    );
}
