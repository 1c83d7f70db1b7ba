use request_arena::{Arena, request_arena};
use std::sync::Arc;

#[request_arena]
fn count(arena: Arena<'_>, index: &Arc<str>) -> usize {
    arena.alloc(index.clone()).len()
}

fn main() {
    count(&"x".into());
}
