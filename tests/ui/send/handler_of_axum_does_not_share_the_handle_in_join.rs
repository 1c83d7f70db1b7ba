use axum::{Router, routing::get};
use request_arena::{Arena, request_arena};

async fn load<'a>(arena: &Arena<'a>, id: u32) -> &'a str {
    tokio::task::yield_now().await;
    request_arena::format!(in arena, "item {id}")
}

#[request_arena]
async fn items(arena: Arena<'_>, query: axum::extract::RawQuery) -> String {
    let (first, second) = tokio::join!(load(&arena, 1), load(&arena, 2));
    format!("{first} {second} {:?}", query.0)
}

fn main() {
    let _: Router = Router::new().route("/items", get(items));
}
