use request_arena::{Bump, request_arena};
use std::sync::Arc;

#[request_arena]
fn search(arena: Arc<Bump>, query: &str) -> usize {
    arena.alloc_str(query).len()
}

fn main() {
    search("q");
}
