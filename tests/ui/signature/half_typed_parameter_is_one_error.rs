use request_arena::{Arena, request_arena};

#[request_arena]
fn search(arena: Arena<'_>, query) -> usize {
    arena.alloc_str(query).len()
}

fn main() {}
