use axum::http::StatusCode;
use axum::{Json, response::Response};
use request_arena::{Arena, request_arena};

#[request_arena(limit = "1 MiB", on_limit = StatusCode::PAYLOAD_TOO_LARGE, into = Response)]
async fn search<'a>(arena: Arena<'a>, query: String) -> Json<&'a str> {
    Json(arena.alloc_str(&query))
}

fn main() {
    drop(search("q".into()));
}
