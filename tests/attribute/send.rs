//! Futures with arena values across awaits are `Send`, and axum runs them on its multi-thread
//! runtime.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::routing::get;
use axum::{Json, Router};
use request_arena::collections::owned;
use request_arena::{Arena, format, request_arena};
use std::io::{Read, Write};
use std::sync::Arc;

use crate::counts;

fn is_send<T: Send>(value: T) -> T {
    value
}

async fn helper<'a>(arena: &mut Arena<'a>, text: &str) -> &'a str {
    tokio::task::yield_now().await;
    arena.alloc_str(text)
}

#[request_arena]
async fn holds_much(mut arena: Arena<'_>, count: usize) -> Result<usize, String> {
    let numbers = arena.alloc_slice_fill_with(count, |index| index);
    let text = format!(in arena, "{count}");
    let boxed = arena.alloc_box(vec![String::from("heap")]);
    let mut map: owned::HashMap<'_, &str, usize> = owned::HashMap::new_in(arena.fork());
    tokio::task::yield_now().await;
    map.insert(text, numbers.len());
    let helped = helper(&mut arena, text).await;
    let (left, right) = (arena.fork(), arena.fork());
    let halves = futures::join!(
        async move {
            tokio::task::yield_now().await;
            left.alloc_str("left").len()
        },
        async move {
            tokio::task::yield_now().await;
            right.alloc_str("right").len()
        }
    );
    let child = arena
        .scope_async(async |mut child| {
            let text = child.alloc_str("child");
            tokio::task::yield_now().await;
            child.scope_async(async |inner| inner.alloc_str(text).len()).await
        })
        .await;
    tokio::task::yield_now().await;
    numbers.reverse();
    map.get(helped)
        .map(|found| found + halves.0 + halves.1 + child + boxed.len() + numbers[0])
        .ok_or_else(String::new)
}

#[request_arena(into = axum::response::Response)]
async fn handler<'a>(
    arena: Arena<'a>,
    State(words): State<Arc<Vec<String>>>,
    Path(prefix): Path<String>,
) -> Result<Json<Vec<&'a str>>, (StatusCode, Json<&'a str>)> {
    let found = arena.alloc_from_iter(
        words.iter().filter(|word| word.starts_with(&prefix)).map(|word| &*arena.alloc_str(word)),
    );
    tokio::task::yield_now().await;
    let mut list = owned::Vec::new_in(arena.fork());
    list.extend(found.iter().copied());
    tokio::task::yield_now().await;
    if list.is_empty() {
        return Err((
            StatusCode::NOT_FOUND,
            Json(format!(in arena, "no word begins with {prefix}")),
        ));
    }
    Ok(Json(list.to_vec()))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_future_that_holds_arena_values_across_awaits_is_spawned() {
    let tasks: Vec<_> =
        (1..50).map(|count| (count, tokio::spawn(is_send(holds_much(count))))).collect();
    for (count, task) in tasks {
        assert_eq!(task.await.unwrap(), Ok(count + 4 + 5 + 5 + 1 + count - 1));
    }
    assert_eq!(counts("holds_much"), [49, 0, 0, 0]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn axum_serves_a_handler_whose_response_borrows_from_the_arena() {
    fn fetch(address: std::net::SocketAddr, path: &str) -> String {
        let mut socket = std::net::TcpStream::connect(address).unwrap();
        write!(socket, "GET {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n").unwrap();
        let mut response = String::new();
        socket.read_to_string(&mut response).unwrap();
        response
    }
    let words = Arc::new(["apple", "apricot", "pear"].map(String::from).to_vec());
    let app = Router::new().route("/{prefix}", get(handler)).with_state(words);
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let server = tokio::spawn(async move { axum::serve(listener, app).await });
    let requests = (0..40).map(|index| {
        tokio::task::spawn_blocking(move || {
            fetch(address, if index % 4 == 3 { "/x" } else { "/ap" })
        })
    });
    for (index, response) in futures::future::join_all(requests).await.into_iter().enumerate() {
        let response = response.unwrap();
        if index % 4 == 3 {
            assert!(
                response.starts_with("HTTP/1.1 404")
                    && response.ends_with("\"no word begins with x\""),
                "{response}"
            );
        } else {
            assert!(
                response.starts_with("HTTP/1.1 200")
                    && response.ends_with(r#"["apple","apricot"]"#),
                "{response}"
            );
        }
    }
    server.abort();
    assert_eq!(counts("handler"), [30, 10, 0, 0]);
}
