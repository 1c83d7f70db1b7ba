use request_arena::{Arena, request_arena};

#[request_arena(into = impl axum::response::IntoResponse)]
async fn page(arena: Arena<'_>) -> String {
    arena.alloc_str("page").to_owned()
}

fn main() {
    drop(page());
}
