//! Responses of axum through buffers of the pool: a warm handler allocates nothing from the heap,
//! and its buffers go back to the pool. jemalloc's counter shows it.
#![cfg(feature = "jemalloc")]

use axum::body::{Body, to_bytes};
use axum::extract::Path;
use axum::http::{Request, StatusCode, header};
use axum::response::{Html, Response};
use axum::routing::get;
use axum::{Json, Router};
use request_arena::{Arena, SiteReport, heap, report, request_arena};
use serde::ser::{Error as _, Serializer};
use tower::ServiceExt;

#[derive(serde::Serialize)]
struct Item<'a> {
    name: &'a str,
    number: usize,
}

#[derive(serde::Serialize)]
struct Receipt<'a> {
    customer: &'a str,
    items: &'a [Item<'a>],
}

fn receipt<'a>(arena: &Arena<'a>, items: usize) -> Receipt<'a> {
    let item = |number| Item { name: request_arena::format!(in arena, "item {number}"), number };
    Receipt { customer: arena.str("somebody"), items: arena.alloc_from_iter((0..items).map(item)) }
}

#[request_arena(into = Response, limit = "1 MiB")]
async fn ours<'a>(arena: Arena<'a>, Path(items): Path<usize>) -> request_arena::Json<Receipt<'a>> {
    request_arena::Json(receipt(&arena, items))
}

#[request_arena(into = Response)]
async fn of_axum<'a>(arena: Arena<'a>, Path(items): Path<usize>) -> Json<Receipt<'a>> {
    Json(receipt(&arena, items))
}

#[request_arena(into = Response)]
async fn created<'a>(
    arena: Arena<'a>,
    Path(items): Path<usize>,
) -> Result<(StatusCode, Json<Receipt<'a>>), (StatusCode, &'a str)> {
    if items == 0 {
        return Err((StatusCode::BAD_REQUEST, arena.str("no items")));
    }
    Ok((StatusCode::CREATED, Json(receipt(&arena, items))))
}

#[request_arena(into = Response)]
async fn page<'a>(arena: Arena<'a>, Path(items): Path<usize>) -> Html<&'a str> {
    Html(request_arena::format!(in arena, "<p>{items}</p>"))
}

/// Fails after the first kilobyte.
#[derive(serde::Serialize)]
struct Fails<'a> {
    text: &'a str,
    #[serde(serialize_with = "fail")]
    other: (),
}

fn fail<S: Serializer>((): &(), _: S) -> Result<S::Ok, S::Error> {
    Err(S::Error::custom("no such thing"))
}

#[request_arena(into = Response)]
async fn failing<'a>(arena: Arena<'a>) -> request_arena::Json<Fails<'a>> {
    request_arena::Json(Fails { text: arena.alloc_repeat("x", 1000), other: () })
}

fn router() -> Router {
    Router::new()
        .route("/ours/{items}", get(ours))
        .route("/of_axum/{items}", get(of_axum))
        .route("/created/{items}", get(created))
        .route("/page/{items}", get(page))
        .route("/failing", get(failing))
}

async fn ask(router: &Router, path: &str) -> (StatusCode, String, String) {
    let request = Request::get(path).body(Body::empty()).unwrap();
    let response = router.clone().oneshot(request).await.unwrap();
    let status = response.status();
    let content_type = response.headers()[header::CONTENT_TYPE].to_str().unwrap().to_owned();
    let body = to_bytes(response.into_body(), usize::MAX).await.unwrap();
    (status, content_type, String::from_utf8(body.to_vec()).unwrap())
}

fn site(name: &str) -> SiteReport {
    report().site(name).unwrap_or_else(|| panic!("no site {name}")).clone()
}

fn heap_of(name: &str) -> (u64, u64) {
    let heap = site(name).heap.expect("there is a hook").bytes;
    (heap.count(), heap.sum)
}

#[tokio::test]
async fn a_warm_handler_allocates_nothing_from_the_heap() {
    request_arena::use_jemalloc!();
    assert!(heap::is_installed());
    let router = router();
    let json = "application/json";
    for (name, path, expected_type) in [
        ("ours", "/ours/40", json),
        ("of_axum", "/of_axum/40", json),
        ("created", "/created/40", json),
        ("created", "/created/0", "text/plain; charset=utf-8"),
        ("page", "/page/40", "text/html; charset=utf-8"),
    ] {
        let (_, content_type, expected) = ask(&router, path).await;
        assert_eq!(content_type, expected_type, "{path}");
        for _ in 0..200 {
            ask(&router, path).await;
        }
        let (count, sum) = heap_of(name);
        for _ in 0..1000 {
            let (_, _, body) = ask(&router, path).await;
            assert_eq!(body, expected);
        }
        assert_eq!(heap_of(name), (count + 1000, sum), "{path} allocates from the heap");
        let responses = site(name).responses.expect("it has taken buffers");
        assert_eq!((responses.live, responses.live_bytes), (0, 0), "all were sent");
        assert!(responses.learned_bytes >= expected.len(), "{responses:?}");
    }
    let heap = site("ours").heap.expect("there is a hook");
    assert!(heap.coverage().unwrap() >= 0.99, "{heap:?}");
}

#[tokio::test]
async fn a_value_that_fails_half_way_is_not_counted_as_a_response() {
    let router = router();
    let (status, _, text) = ask(&router, "/failing").await;
    assert_eq!((status, &*text), (StatusCode::INTERNAL_SERVER_ERROR, "no such thing"));
    let responses = site("failing").responses.expect("it has answered");
    assert_eq!(responses.bytes.count(), 1, "the answer, and not the value that failed");
    assert_eq!((responses.bytes.max, responses.live), (text.len() as u64, 0));
}

#[tokio::test]
async fn a_status_an_error_and_a_page_are_those_of_axum() {
    let router = router();
    assert_eq!(
        ask(&router, "/created/1").await,
        (
            StatusCode::CREATED,
            "application/json".into(),
            r#"{"customer":"somebody","items":[{"name":"item 0","number":0}]}"#.into()
        )
    );
    assert_eq!(
        ask(&router, "/created/0").await,
        (StatusCode::BAD_REQUEST, "text/plain; charset=utf-8".into(), "no items".into())
    );
    assert_eq!(
        ask(&router, "/page/7").await,
        (StatusCode::OK, "text/html; charset=utf-8".into(), "<p>7</p>".into())
    );
}
