//! warp 0.4: handlers of `and_then` and `then`.

use std::convert::Infallible;
use std::net::SocketAddr;

use request_arena::{Arena, request_arena};
use request_arena_frameworks::suite::{AtPanic, LEFT, OWNED, meet, words};
use serde::Serialize;
use tokio::net::TcpListener;
use warp::reply::{Reply, Response};
use warp::{Filter, path};

/// Words that lie in the arena.
#[derive(Serialize)]
struct Words<'a>(&'a [&'a str]);

impl From<Words<'_>> for Response {
    fn from(words: Words<'_>) -> Self {
        warp::reply::json(&words).into_response()
    }
}

#[request_arena]
async fn holds(arena: Arena<'_>, text: String) -> Result<String, Infallible> {
    let words = words(&arena, &text);
    meet().await;
    words.reverse();
    Ok(words.join(" "))
}

#[request_arena(into = Response)]
async fn borrows<'a>(arena: Arena<'a>, text: String) -> Words<'a> {
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
        .or(path!("panics").then(panics))
        .or(path!("waits").then(waits));
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a socket");
    let address = listener.local_addr().expect("bound");
    tokio::spawn(warp::serve(routes).incoming(listener).run());
    address
}

request_arena_frameworks::shows! {
    arena_data_is_held_across_awaits: holds(serve().await);
    a_response_borrows_from_the_arena: borrows(serve().await);
    a_panic_closes_the_connection: panics(serve().await, AtPanic::Closed);
    a_client_that_hangs_up_cancels_its_handler: hangs_up(serve().await);
}
