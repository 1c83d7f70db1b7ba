use request_arena::{Arena, request_arena};
use std::sync::Arc;

fn spawn<F: Future + Send + 'static>(_: F) {}

#[request_arena]
async fn search(arena: Arena<'_>, query: String) -> usize {
    let arena = Arc::new(arena);
    let shared = Arc::clone(&arena);
    spawn(async move { shared.alloc(1); });
    arena.alloc_str(&query).len()
}

fn main() {
    drop(search(String::new()));
}
