//! axum 0.8, with `#[axum::debug_handler]` below `#[request_arena]`.

use std::net::SocketAddr;

use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::get;
use axum::{Json, Router, debug_handler};
use request_arena::{Arena, Outcome, request_arena};
use request_arena_frameworks::suite::{AtPanic, LEFT, OWNED, meet, words};
use request_arena_frameworks::{Answer, ends_as};
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
async fn fails<'a>(
    arena: Arena<'a>,
    Path(text): Path<String>,
) -> Result<Json<&'a [&'a str]>, (StatusCode, Json<&'a str>)> {
    let words = words(&arena, &text);
    if words.contains(&"") {
        return Err((StatusCode::BAD_REQUEST, Json(request_arena::format!(in arena, "an empty word in {text:?}"))));
    }
    tokio::task::yield_now().await;
    Ok(Json(words))
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
        .route("/fails/{words}", get(fails))
        .route("/panics", get(panics))
        .route("/waits", get(waits));
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a socket");
    let address = listener.local_addr().expect("bound");
    tokio::spawn(async move { axum::serve(listener, router).await });
    address
}

request_arena_frameworks::shows! {
    arena_data_is_held_across_awaits: holds(serve().await);
    a_response_borrows_from_the_arena: borrows(serve().await);
    a_panic_closes_the_connection: panics(serve().await, AtPanic::Closed);
    a_client_that_hangs_up_cancels_its_handler: hangs_up(serve().await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_error_borrows_from_the_arena_and_is_counted_as_one() {
    let answer = request_arena_frameworks::get(serve().await, "/fails/-x").await;
    assert_eq!(answer, Some(Answer { status: 400, body: String::from(r#""an empty word in \"-x\"""#) }));
    ends_as("fails", &[(Outcome::Error, 1)]).await;
}
