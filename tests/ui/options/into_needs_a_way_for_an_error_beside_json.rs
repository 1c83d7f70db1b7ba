use axum::Json;
use axum::response::Response;
use request_arena::{Arena, request_arena};

struct Unknown;

#[request_arena(into = Response)]
async fn create<'a>(arena: Arena<'a>) -> Result<Json<&'a str>, Unknown> {
    Ok(Json(arena.alloc_str("Ada")))
}

fn main() {
    drop(create());
}
