use request_arena::{Arena, request_arena};

#[request_arena]
fn search(arena: Option<Arena<'_>>, query: &str) -> usize {
    arena.map_or(0, |arena| arena.alloc_str(query).len())
}

fn main() {
    search("q");
}
