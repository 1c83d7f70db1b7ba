use axum::extract::Request;
use request_arena::{Arena, request_arena};

#[request_arena]
async fn search(arena: Arena<'_>, mut request: Request) -> usize {
    request.extensions_mut().insert(arena);
    0
}

fn main() {
    drop(search(Request::default()));
}
