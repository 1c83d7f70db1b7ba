use axum::{Router, extract::Path, routing::get};
use request_arena::{Arena, request_arena};

async fn fetch(id: u32) -> String {
    id.to_string()
}

#[request_arena]
async fn user(arena: Arena<'_>, Path(id): Path<u32>) -> String {
    let name = arena.alloc_str(&fetch(id).await);
    name.to_owned()
}

fn main() {
    let _: Router = Router::new().route("/user/{id}", get(user));
}
