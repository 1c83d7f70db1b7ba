use request_arena::{Arena, request_arena};

#[request_arena]
fn search(ref arena: Arena<'_>, query: &str) -> usize {
    arena.alloc_str(query).len()
}

fn main() {
    search("q");
}
