use request_arena::{Arena, request_arena};

#[request_arena(limit = "1 MiB", limit_mode = "count")]
fn search(arena: Arena<'_>, query: &str) -> usize {
    arena.alloc_str(query).len()
}

fn main() {
    search("q");
}
