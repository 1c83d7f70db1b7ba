use request_arena::{Arena, Bump, request_arena};

#[request_arena]
fn search(arena: Arena<'_>, query: &str, scratch: &Bump) -> usize {
    arena.alloc_str(query).len() + scratch.alloc_str(query).len()
}

fn main() {
    search("q");
}
