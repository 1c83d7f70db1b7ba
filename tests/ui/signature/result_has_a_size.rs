use request_arena::{Arena, request_arena};

#[request_arena]
fn search(arena: Arena<'_>) -> str {
    arena.alloc_str("found")
}

fn main() {}
