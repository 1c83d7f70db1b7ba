use request_arena::{Arena, request_arena};

#[request_arena(limit = most)]
fn search(arena: Arena<'_>, query: &str, most: usize) -> usize {
    arena.alloc_str(query).len() + most
}

fn main() {
    search("q", 1);
}
