use request_arena::{Arena, request_arena};

#[request_arena(limit = "64 KiB", on_limit = arena.alloc_str("full").len())]
fn search(arena: Arena<'_>, query: &str) -> usize {
    arena.alloc_str(query).len()
}

fn main() {
    search("q");
}
