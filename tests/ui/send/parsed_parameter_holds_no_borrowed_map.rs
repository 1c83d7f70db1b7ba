use axum::response::Response;
use axum::{Json, Router, routing::post};
use request_arena::collections::SortedMap;
use request_arena::{Arena, request_arena};

#[request_arena(into = Response)]
async fn count(_arena: Arena<'_>, #[json] prices: SortedMap<'_, &str, u32>) -> Json<usize> {
    Json(prices.len())
}

fn main() {
    let _: Router = Router::new().route("/count", post(count));
}
