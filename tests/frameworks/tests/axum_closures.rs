//! axum 0.8, closures as handlers: they capture, extract, await and respond like functions. Each
//! request has its own scope.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use request_arena::{Arena, Outcome, arena_handler};
use request_arena_frameworks::ends_as;
use tokio::net::TcpListener;

async fn serve() -> SocketAddr {
    let shelf: Arc<str> = "the shelf".into();
    let router = Router::new()
        .route(
            "/block/{words}",
            get(arena_handler!(
                name = "block",
                |arena, Path(words): Path<String>, State(state): State<u8>| async move {
                    let words = arena.alloc_from_iter(words.split(' '));
                    tokio::task::yield_now().await;
                    format!("{} on {shelf} {state}", words.len())
                }
            )),
        )
        .route(
            "/closure/{words}",
            get(arena_handler!(name = "closure", into = Response, async |arena: Arena<'_>,
                                                                         Path(words): Path<
                String,
            >| {
                let words =
                    arena.alloc_from_iter(words.split('-').map(|word| &*arena.alloc_str(word)));
                tokio::task::yield_now().await;
                Json(words)
            })),
        )
        .route(
            "/limited/{bytes}",
            get(arena_handler!(
                name = "limited",
                limit = "64 KiB",
                on_limit = StatusCode::PAYLOAD_TOO_LARGE.into_response(),
                into = Response,
                |arena, Path(bytes): Path<usize>| async move {
                    let all = arena.alloc_slice_fill_copy(bytes, b'x');
                    tokio::task::yield_now().await;
                    Json(all.len())
                }
            )),
        )
        .with_state(7_u8);
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a socket");
    let address = listener.local_addr().expect("bound");
    tokio::spawn(async move { axum::serve(listener, router).await });
    address
}

async fn ask(address: SocketAddr, path: &str) -> (u16, String) {
    let answer = request_arena_frameworks::get(address, path).await.expect("an answer");
    (answer.status, answer.body)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_closure_answers_each_request_in_a_scope_of_its_own() {
    let address = serve().await;
    for _ in 0..3 {
        assert_eq!(ask(address, "/block/to%20be").await, (200, String::from("2 on the shelf 7")));
    }
    ends_as("block", &[(Outcome::Returned, 3)]).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_async_closure_responds_with_a_value_that_borrows_from_the_arena() {
    assert_eq!(ask(serve().await, "/closure/a-b").await, (200, String::from(r#"["a","b"]"#)));
    ends_as("closure", &[(Outcome::Returned, 1)]).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_closure_at_its_limit_answers() {
    let address = serve().await;
    assert_eq!(ask(address, "/limited/10").await, (200, String::from("10")));
    assert_eq!(ask(address, "/limited/100000").await, (413, String::new()));
    ends_as("limited", &[(Outcome::Returned, 1), (Outcome::LimitExceeded, 1)]).await;
}
