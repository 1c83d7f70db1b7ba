//! hyper 1: `service_fn`, with no framework above it.

use std::convert::Infallible;
use std::net::SocketAddr;

use bytes::Bytes;
use http_body_util::Full;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use request_arena::{Arena, request_arena};
use request_arena_frameworks::suite::{LEFT, OWNED, OnPanic, meet, words};
use serde::Serialize;
use tokio::net::TcpListener;

type Answer = Response<Full<Bytes>>;

/// Words in the arena.
#[derive(Serialize)]
struct Words<'a>(&'a [&'a str]);

impl From<Words<'_>> for Answer {
    fn from(words: Words<'_>) -> Self {
        let json = serde_json::to_vec(&words).expect("words are JSON");
        Response::new(Full::from(json))
    }
}

#[request_arena]
async fn holds(arena: Arena<'_>, request: Request<Incoming>) -> Answer {
    let words = words(&arena, last_part(&request));
    meet().await;
    words.reverse();
    Response::new(Full::from(words.join(" ")))
}

#[request_arena(into = Answer)]
async fn borrows<'a>(arena: Arena<'a>, request: Request<Incoming>) -> Words<'a> {
    Words(words(&arena, last_part(&request)))
}

#[request_arena]
async fn panics(arena: Arena<'_>) -> Answer {
    arena.alloc_deferred(LEFT.probe());
    panic!("this handler panics");
}

#[request_arena]
async fn waits(arena: Arena<'_>) -> Answer {
    let _owned = arena.alloc_box(OWNED.probe());
    core::future::pending().await
}

fn last_part(request: &Request<Incoming>) -> &str {
    request.uri().path().rsplit('/').next().unwrap_or_default()
}

async fn route(request: Request<Incoming>) -> Result<Answer, Infallible> {
    Ok(match request.uri().path().split('/').nth(1) {
        Some("holds") => holds(request).await,
        Some("borrows") => borrows(request).await,
        Some("panics") => panics().await,
        Some("waits") => waits().await,
        _ => {
            let mut answer = Answer::default();
            *answer.status_mut() = StatusCode::NOT_FOUND;
            answer
        }
    })
}

async fn serve() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a socket");
    let address = listener.local_addr().expect("bound");
    tokio::spawn(async move {
        while let Ok((socket, _)) = listener.accept().await {
            tokio::spawn(
                http1::Builder::new().serve_connection(TokioIo::new(socket), service_fn(route)),
            );
        }
    });
    address
}

request_arena_frameworks::framework_tests! {
    arena_data_is_held_across_awaits: holds(serve().await);
    a_response_borrows_from_the_arena: borrows(serve().await);
    a_panic_closes_the_connection: panics(serve().await, OnPanic::Closed);
    a_client_that_hangs_up_cancels_its_handler: hangs_up(serve().await);
}
