//! axum 0.8, with `#[axum::debug_handler]` below `#[request_arena]`.

use std::net::SocketAddr;

use axum::extract::Path;
use axum::http::StatusCode;
use axum::http::header::{CONTENT_TYPE, HeaderName};
use axum::response::Response;
use axum::routing::get;
use axum::{Json, Router, debug_handler};
use request_arena::collections::owned;
use request_arena::{Arena, request_arena};
use request_arena_frameworks::suite::{LEFT, OWNED, OnPanic, checked_words, meet, spaced, words};
use request_arena_frameworks::{Answer, content_type, get as ask};
use tokio::net::TcpListener;

#[request_arena]
#[debug_handler]
async fn holds(arena: Arena<'_>, Path(text): Path<String>) -> String {
    let words = words(&arena, &text);
    meet().await;
    words.reverse();
    words.join(" ")
}

#[request_arena(into = Response)]
#[debug_handler]
async fn borrows<'a>(arena: Arena<'a>, Path(text): Path<String>) -> Json<&'a [&'a str]> {
    Json(words(&arena, &text))
}

#[request_arena(into = Response)]
#[debug_handler]
async fn texts<'a>(arena: Arena<'a>, Path(text): Path<String>) -> (StatusCode, &'a mut str) {
    (StatusCode::CREATED, spaced(&arena, &text))
}

#[request_arena(into = Response)]
#[debug_handler]
async fn fails<'a>(
    arena: Arena<'a>,
    Path(text): Path<String>,
) -> Result<Json<&'a [&'a str]>, (StatusCode, &'a str)> {
    let words = checked_words(&arena, &text).map_err(|error| (StatusCode::BAD_REQUEST, error))?;
    tokio::task::yield_now().await;
    Ok(Json(words))
}

#[request_arena(into = Response)]
#[debug_handler]
async fn refuses<'a>(arena: Arena<'a>, Path(text): Path<String>) -> Result<&'a str, StatusCode> {
    checked_words(&arena, &text).map_err(|_| StatusCode::NOT_FOUND)?;
    Ok(spaced(&arena, &text))
}

#[request_arena(into = Result<Response, StatusCode>)]
#[debug_handler]
async fn passes<'a>(
    arena: Arena<'a>,
    Path(text): Path<String>,
) -> Result<Json<&'a [&'a str]>, StatusCode> {
    checked_words(&arena, &text).map(Json).map_err(|_| StatusCode::NOT_FOUND)
}

type Bytes<'a> = ([(&'a str, &'a str); 1], &'a [u8]);

type Text<'a> = (StatusCode, [(HeaderName, &'a str); 1], owned::String<'a>);

/// Each of the other types that may hold text of the arena.
#[request_arena(into = Response)]
#[debug_handler]
async fn shapes<'a>(arena: Arena<'a>, Path(shape): Path<String>) -> Result<Bytes<'a>, Text<'a>> {
    if shape == "bytes" {
        return Ok(([("x-shape", arena.alloc_str(&shape))], arena.alloc_slice_copy(b"bytes")));
    }
    let mut text = owned::String::new_in(arena.fork());
    text.push_str("text");
    Err((StatusCode::IM_A_TEAPOT, [(CONTENT_TYPE, arena.alloc_str("text/css"))], text))
}

#[request_arena]
#[debug_handler]
async fn panics(arena: Arena<'_>) -> &'static str {
    arena.alloc_deferred(LEFT.probe());
    panic!("this handler panics");
}

#[request_arena]
#[debug_handler]
async fn waits(arena: Arena<'_>) -> &'static str {
    let _owned = arena.alloc_box(OWNED.probe());
    core::future::pending().await
}

async fn serve() -> SocketAddr {
    let router = Router::new()
        .route("/holds/{words}", get(holds))
        .route("/borrows/{words}", get(borrows))
        .route("/texts/{words}", get(texts))
        .route("/fails/{words}", get(fails))
        .route("/refuses/{words}", get(refuses))
        .route("/passes/{words}", get(passes))
        .route("/shapes/{shape}", get(shapes))
        .route("/panics", get(panics))
        .route("/waits", get(waits));
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a socket");
    let address = listener.local_addr().expect("bound");
    tokio::spawn(async move { axum::serve(listener, router).await });
    address
}

request_arena_frameworks::framework_tests! {
    arena_data_is_held_across_awaits: holds(serve().await);
    a_response_borrows_from_the_arena: borrows(serve().await);
    text_borrows_from_the_arena: texts(serve().await);
    an_error_borrows_from_the_arena: fails(serve().await);
    an_error_of_the_frameworks_own_goes_beside: refuses(serve().await);
    a_panic_closes_the_connection: panics(serve().await, OnPanic::Closed);
    a_client_that_hangs_up_cancels_its_handler: hangs_up(serve().await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn bytes_and_growing_text_borrow_too_and_headers_stay() {
    let address = serve().await;
    let answer = |status, body: &str| Some(Answer { status, body: body.to_owned() });
    assert_eq!(ask(address, "/shapes/bytes").await, answer(200, "bytes"));
    assert_eq!(content_type(address, "/shapes/bytes").await, "application/octet-stream");
    assert_eq!(ask(address, "/shapes/text").await, answer(418, "text"));
    assert_eq!(content_type(address, "/shapes/text").await, "text/css");
}
