use request_arena::{Arena, request_arena};

#[request_arena(limit_mode = "measure")]
fn search(arena: Arena<'_>, query: &str) -> usize {
    arena.alloc_str(query).len()
}

fn main() {
    search("q");
}
