use request_arena::{Arena, request_arena};

const NAME: &str = "search";

#[request_arena(name = NAME)]
fn search(arena: Arena<'_>, query: &str) -> usize {
    arena.alloc_str(query).len()
}

fn main() {
    search("q");
}
