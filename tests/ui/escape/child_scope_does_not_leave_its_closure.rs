use request_arena::{Arena, request_arena};

#[request_arena]
fn search(arena: Arena<'_>, query: &str) -> usize {
    let text = arena.scope(|scratch| scratch.alloc_str(query));
    text.len()
}

fn main() {
    search("q");
}
