use axum::{Router, routing::get};
use request_arena::{Bump, request_arena};

async fn fetch() {}

#[request_arena]
#[axum::debug_handler]
async fn search(arena: &Bump) -> String {
    fetch().await;
    arena.alloc_str("later").to_string()
}

fn main() {
    let _: Router = Router::new().route("/search", get(search));
}
