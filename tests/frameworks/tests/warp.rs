//! warp 0.4: handlers of `and_then` and `then`.

use std::convert::Infallible;
use std::net::SocketAddr;

use request_arena::{Arena, request_arena};
use request_arena_frameworks::Answer;
use request_arena_frameworks::suite::{LEFT, OWNED, OnPanic, checked_words, meet, spaced, words};
use serde::Serialize;
use tokio::net::TcpListener;
use warp::http::StatusCode;
use warp::reply::{Reply, Response, json};
use warp::{Filter, Rejection, path};

/// Words in the arena.
#[derive(Serialize)]
struct Words<'a>(&'a [&'a str]);

impl From<Words<'_>> for Response {
    fn from(words: Words<'_>) -> Self {
        json(&words).into_response()
    }
}

#[request_arena]
async fn holds(arena: Arena<'_>, text: String) -> Result<String, Infallible> {
    let words = words(&arena, &text);
    meet().await;
    words.reverse();
    Ok(words.join(" "))
}

/// warp's `json` serializes at once, so its result does not borrow.
#[request_arena(into = Response)]
async fn borrows(arena: Arena<'_>, text: String) -> impl Reply + use<> {
    json(&words(&arena, &text))
}

#[request_arena(into = Response)]
async fn texts<'a>(
    arena: Arena<'a>,
    text: String,
) -> warp::http::Result<warp::http::Response<&'a mut str>> {
    let builder = warp::http::Response::builder()
        .status(StatusCode::CREATED)
        .header("content-type", "text/plain");
    builder.body(spaced(&arena, &text))
}

#[request_arena(into = Response)]
async fn fails<'a>(
    arena: Arena<'a>,
    text: String,
) -> Result<impl Reply + use<>, warp::http::Response<&'a str>> {
    let words = checked_words(&arena, &text).map_err(|error| {
        let mut response = warp::http::Response::new(error);
        *response.status_mut() = StatusCode::BAD_REQUEST;
        response
    })?;
    tokio::task::yield_now().await;
    Ok(json(&words))
}

#[request_arena(into = Response)]
async fn refuses<'a>(arena: Arena<'a>, text: String) -> Result<&'a str, StatusCode> {
    checked_words(&arena, &text).map_err(|_| StatusCode::NOT_FOUND)?;
    Ok(spaced(&arena, &text))
}

/// The error stays an error, for warp's `recover` and for later filters.
#[request_arena(into = Result<Response, Rejection>)]
async fn passes(arena: Arena<'_>, text: String) -> Result<impl Reply + use<>, Rejection> {
    checked_words(&arena, &text).map(|words| json(&words)).map_err(|_| warp::reject::not_found())
}

/// An own type, converted by `From`.
#[request_arena(into = Response)]
async fn own<'a>(arena: Arena<'a>, text: String) -> Words<'a> {
    Words(words(&arena, &text))
}

#[request_arena]
async fn panics(arena: Arena<'_>) -> String {
    arena.alloc_deferred(LEFT.probe());
    panic!("this handler panics");
}

#[request_arena]
async fn waits(arena: Arena<'_>) -> String {
    let _owned = arena.alloc_box(OWNED.probe());
    core::future::pending().await
}

async fn serve() -> SocketAddr {
    let routes = path!("holds" / String)
        .and_then(holds)
        .or(path!("borrows" / String).then(borrows))
        .or(path!("texts" / String).then(texts))
        .or(path!("fails" / String).then(fails))
        .or(path!("refuses" / String).then(refuses))
        .or(path!("passes" / String).and_then(passes))
        .or(path!("own" / String).then(own))
        .or(path!("panics").then(panics))
        .or(path!("waits").then(waits));
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a socket");
    let address = listener.local_addr().expect("bound");
    tokio::spawn(warp::serve(routes).incoming(listener).run());
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
async fn an_own_type_is_converted_by_from() {
    let answer = request_arena_frameworks::get(serve().await, "/own/a-bc").await;
    assert_eq!(answer, Some(Answer { status: 200, body: String::from(r#"["a","bc"]"#) }));
}
