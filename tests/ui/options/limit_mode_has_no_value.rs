use request_arena::{Arena, request_arena};

#[request_arena(limit = "1 MiB", limit_mode)]
fn search(arena: Arena<'_>, query: &str) -> usize {
    arena.alloc_str(query).len()
}

fn main() {
    search("q");
}
