use axum::Json;
use request_arena::{Arena, request_arena};

#[request_arena]
async fn create<'a>(arena: Arena<'a>, name: String) -> Json<&'a str> {
    Json(arena.alloc_str(&name))
}

fn main() {
    drop(create(String::new()));
}
