use axum::{Router, extract::State, routing::get};
use request_arena::{Arena, collections::Vec, request_arena};

#[derive(Clone)]
struct App;

async fn fetch() -> u32 {
    1
}

#[request_arena]
async fn hits(arena: Arena<'_>, State(_app): State<App>) -> String {
    let mut hits = Vec::new_in(&arena);
    hits.push(fetch().await);
    hits.len().to_string()
}

fn main() {
    let _: Router = Router::new().route("/hits", get(hits)).with_state(App);
}
