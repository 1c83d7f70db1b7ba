use axum::extract::Request;
use request_arena::{Arena, request_arena};

#[derive(Clone)]
struct Query(String);

fn shorten<'a>(arena: &Arena<'a>, query: &str) -> &'a str {
    arena.alloc_lowercase(query)
}

#[request_arena]
async fn search(arena: Arena<'_>, mut request: Request) -> usize {
    let query = shorten(&arena, request.uri().path());
    request.extensions_mut().insert(Query(query.to_owned()));
    query.len()
}

fn main() {
    drop(search(Request::default()));
}
