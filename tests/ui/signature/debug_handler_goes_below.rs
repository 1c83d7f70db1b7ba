use axum::{Router, routing::get};
use request_arena::{Arena, request_arena};

#[axum::debug_handler]
#[request_arena]
async fn search(arena: Arena<'_>) -> String {
    arena.alloc_str("q").to_string()
}

fn main() {
    let _: Router = Router::new().route("/search", get(search));
}
