use request_arena::{Arena, request_arena};

#[request_arena(limit = "1 MiB", on_limit = "too much")]
fn search(arena: Arena<'_>, query: &str) -> usize {
    arena.alloc_str(query).len()
}

fn main() {
    search("q");
}
