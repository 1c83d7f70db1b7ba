//! axum 0.8, handlers with `#[json]`: the parsed body is in the arena, and a bad request gets the
//! answer of axum's `Json`, or that of `on_reject`.

use std::net::SocketAddr;

use axum::extract::{DefaultBodyLimit, State};
use axum::http::{Method, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router, debug_handler};
use request_arena::extract::Rejection;
use request_arena::{Arena, request_arena};
use request_arena_frameworks::parsed::{self, AT_LIMIT, BODY, Order, Search, Statuses};
use tokio::net::TcpListener;

/// As axum's `Json` answers.
const AXUM: Statuses = Statuses {
    other_type: 415,
    no_type: 415,
    too_large: 413,
    too_large_for_own: 418,
    syntax: 400,
    data: 422,
};

#[request_arena(
    into = Response,
    limit = "64 KiB",
    on_limit = (StatusCode::PAYLOAD_TOO_LARGE, AT_LIMIT).into_response(),
)]
#[debug_handler]
async fn orders<'a>(
    arena: Arena<'a>,
    #[json] order: Order<'a>,
    State(pause): State<fn()>,
) -> &'a str {
    tokio::task::yield_now().await;
    pause();
    order.text(&arena)
}

fn explain(rejection: Rejection) -> Response {
    (StatusCode::IM_A_TEAPOT, format!("own: {rejection}")).into_response()
}

#[request_arena(into = Response, limit = "64 KiB", on_limit = explain_limit(), on_reject = explain)]
#[debug_handler]
async fn own(arena: Arena<'_>, #[json] Order { customer, .. }: Order<'_>) -> Json<&'_ str> {
    Json(request_arena::format!(in arena, "{customer}"))
}

fn explain_limit() -> Response {
    StatusCode::PAYLOAD_TOO_LARGE.into_response()
}

#[request_arena(into = Response)]
#[debug_handler]
async fn form(arena: Arena<'_>, #[form] search: Search<'_>, State(_pause): State<fn()>) -> &'_ str {
    search.text(&arena)
}

#[request_arena(into = Response)]
#[debug_handler]
async fn query(arena: Arena<'_>, #[query] search: Search<'_>, method: Method) -> &'_ str {
    assert_eq!(method, Method::GET);
    search.text(&arena)
}

async fn serve() -> SocketAddr {
    let pause: fn() = || ();
    let router = Router::new()
        .route("/orders", post(orders))
        .route("/own", post(own))
        .route("/form", post(form).get(form))
        .route("/query", get(query))
        .layer(DefaultBodyLimit::max(BODY))
        .with_state(pause);
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a socket");
    let address = listener.local_addr().expect("bound");
    tokio::spawn(async move { axum::serve(listener, router).await });
    address
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_body_is_parsed_in_the_arena() {
    parsed::orders(serve().await, AXUM).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_handler_answers_bad_bodies_itself() {
    parsed::own(serve().await, AXUM).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn forms_and_query_strings_are_parsed_in_the_arena() {
    parsed::searches(serve().await, 415, 422, 400).await;
}

/// As with axum's `Form`.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_form_of_a_get_request_is_its_query_string() {
    let address = serve().await;
    let ask = async |query: &str| {
        let path = format!("/form?{query}");
        request_arena_frameworks::get(address, &path).await.expect("an answer")
    };
    assert_eq!(ask("text=a&page=1").await.body, "page 1 of a");
    let answer = ask("text=a&page=no").await;
    assert_eq!(answer.status, 400);
    assert!(answer.body.starts_with("Failed to deserialize form: page: "), "{answer:?}");
}
