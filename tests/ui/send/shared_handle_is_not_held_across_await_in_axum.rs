use axum::{Router, routing::get};
use request_arena::{Arena, request_arena};

async fn fetch() {}

#[request_arena]
#[axum::debug_handler]
async fn search(arena: Arena<'_>) -> String {
    let shared = &arena;
    fetch().await;
    shared.alloc_str("later").to_string()
}

fn main() {
    let _: Router = Router::new().route("/search", get(search));
}
