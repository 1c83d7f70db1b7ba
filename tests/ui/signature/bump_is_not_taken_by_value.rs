use request_arena::{Bump, request_arena};

#[request_arena]
fn search(arena: Bump, query: &str) -> usize {
    arena.alloc_str(query).len()
}

fn main() {
    search("q");
}
