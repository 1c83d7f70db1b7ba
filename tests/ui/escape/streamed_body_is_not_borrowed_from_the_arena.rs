use axum::{body::Body, response::Response};
use futures::stream;
use request_arena::{Arena, request_arena};
use std::convert::Infallible;

#[request_arena]
async fn export(arena: Arena<'_>, csv: String) -> Response {
    let csv = arena.alloc_str(&csv);
    let rows = csv.lines().map(|row| Ok::<_, Infallible>(row.to_owned()));
    Response::new(Body::from_stream(stream::iter(rows)))
}

fn main() {
    drop(export(String::new()));
}
