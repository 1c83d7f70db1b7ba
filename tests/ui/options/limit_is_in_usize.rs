use request_arena::{Arena, request_arena};

const MOST: u64 = 1 << 20;

#[request_arena(limit = MOST)]
fn search(arena: Arena<'_>, query: &str) -> usize {
    arena.alloc_str(query).len()
}

fn main() {
    search("q");
}
