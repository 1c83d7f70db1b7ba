use request_arena::{Arena, request_arena};

#[request_arena]
fn search(arena: Arena<'_>, query: &str) -> usize {
    let bump = arena.into_bump();
    bump.alloc_str(query).len() + arena.alloc_str(query).len()
}

fn main() {
    search("q");
}
