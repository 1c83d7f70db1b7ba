use axum::extract::State;
use axum::response::Response;
use request_arena::{Arena, request_arena};
use std::sync::mpsc::Sender;

#[request_arena(into = Response)]
async fn search(
    arena: Arena<'_>,
    State(limit): State<usize>,
    State(log): State<Sender<&'static str>>,
    query: String,
) -> String {
    let query = arena.alloc_str(&query[..limit]);
    drop(log.send(query));
    query.to_owned()
}

fn main() {
    let (log, _lines) = std::sync::mpsc::channel();
    drop(search(State(1), State(log), String::new()));
}
