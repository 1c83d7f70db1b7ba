use axum::{Json, Router, routing::post};
use request_arena::{Arena, request_arena};

async fn load<'a>(arena: &Arena<'a>, id: u32) -> &'a str {
    tokio::task::yield_now().await;
    request_arena::format!(in arena, "item {id}")
}

#[request_arena]
async fn item(arena: Arena<'_>, Json(id): Json<u32>) -> String {
    load(&arena, id).await.to_owned()
}

fn main() {
    let _: Router = Router::new().route("/item", post(item));
}
