use axum::Json;
use request_arena::{Arena, request_arena};

#[request_arena]
async fn create(_arena: Arena<'_>, #[json] name: &str) -> Json<usize> {
    Json(name.len())
}

fn main() {
    drop(create(request_arena::extract::JsonBody::new("1")));
}
