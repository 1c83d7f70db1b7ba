//! warp 0.4, handlers with `#[json]`: a bad request gets the status of warp's `body::json`, or the
//! answer of `on_reject`. `content_length_limit` answers a body that is too large before both.

use std::net::SocketAddr;

use request_arena::extract::{Rejection, RejectionKind};
use request_arena::warp::{form_body, json_body, query_string};
use request_arena::{Arena, request_arena};
use request_arena_frameworks::parsed::{self, AT_LIMIT, BODY, Order, Search, Statuses};
use tokio::net::TcpListener;
use warp::http::StatusCode;
use warp::reply::{Reply, Response, with_status};
use warp::{Filter, body, path};

const WARP: Statuses = Statuses {
    other_type: 415,
    no_type: 200,
    too_large: 413,
    too_large_for_own: 413,
    syntax: 400,
    data: 400,
};

#[request_arena(
    into = Response,
    limit = "64 KiB",
    on_limit = with_status(AT_LIMIT, StatusCode::PAYLOAD_TOO_LARGE).into_response(),
)]
async fn orders<'a>(arena: Arena<'a>, #[json] order: Order<'a>) -> &'a str {
    tokio::task::yield_now().await;
    order.text(&arena)
}

fn explain(rejection: Rejection) -> Response {
    with_status(format!("own: {rejection}"), StatusCode::IM_A_TEAPOT).into_response()
}

#[request_arena(into = Response, on_reject = explain)]
async fn own(arena: Arena<'_>, #[json] Order { customer, .. }: Order<'_>) -> &'_ str {
    arena.alloc_str(customer)
}

#[request_arena(into = Response)]
async fn form(arena: Arena<'_>, #[form] search: Search<'_>) -> &'_ str {
    search.text(&arena)
}

#[request_arena(into = Response)]
async fn query(arena: Arena<'_>, #[query] search: Search<'_>) -> &'_ str {
    search.text(&arena)
}

async fn serve() -> SocketAddr {
    let post = warp::post().and(body::content_length_limit(BODY as u64));
    let routes = path!("orders")
        .and(post)
        .and(json_body())
        .then(orders)
        .or(path!("own").and(post).and(json_body()).then(own))
        .or(path!("form").and(post).and(form_body()).then(form))
        .or(path!("query").and(query_string()).then(query));
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a socket");
    let address = listener.local_addr().expect("bound");
    tokio::spawn(warp::serve(routes).incoming(listener).run());
    address
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_body_is_parsed_in_the_arena() {
    parsed::orders(serve().await, WARP).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_handler_answers_bad_bodies_itself() {
    parsed::own(serve().await, WARP).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn forms_and_query_strings_are_parsed_in_the_arena() {
    parsed::searches(serve().await, 415, 400, 400).await;
}

#[test]
fn a_service_without_memory_answers_503() {
    let rejection = Rejection::new(RejectionKind::Unavailable, "full");
    assert_eq!(rejection.into_response().status(), StatusCode::SERVICE_UNAVAILABLE);
}
