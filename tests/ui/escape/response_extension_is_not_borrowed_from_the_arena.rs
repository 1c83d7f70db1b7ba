use axum::{Extension, response::Response};
use request_arena::{Arena, request_arena};

#[request_arena(into = Response)]
async fn page<'a>(arena: Arena<'a>) -> (Extension<&'a str>, String) {
    let trace: &str = arena.alloc_str("trace");
    (Extension(trace), trace.to_uppercase())
}

fn main() {
    drop(page());
}
