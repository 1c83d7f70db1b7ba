use axum::extract::rejection::JsonRejection;
use axum::{Json, Router, routing::post};
use request_arena::{Arena, request_arena};

async fn fetch(id: u32) -> String {
    id.to_string()
}

#[request_arena]
async fn user(arena: Arena<'_>, id: Result<Json<u32>, JsonRejection>) -> String {
    let id = id.map_or(0, |Json(id)| id);
    let name = arena.alloc_str(&fetch(id).await);
    name.to_owned()
}

fn main() {
    let _: Router = Router::new().route("/user", post(user));
}
