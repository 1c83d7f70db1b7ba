use axum::{Router, extract::Path, routing::get};
use request_arena::arena_handler;

async fn fetch(id: u32) -> String {
    id.to_string()
}

fn main() {
    let user = arena_handler!(|arena, Path(id): Path<u32>| async move {
        let name = arena.alloc_str(&fetch(id).await);
        name.to_owned()
    });
    let _: Router = Router::new().route("/user/{id}", get(user));
}
