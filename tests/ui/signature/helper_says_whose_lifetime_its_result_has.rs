use request_arena::{Arena, request_arena};

fn shout(arena: &Arena<'_>, word: &str) -> &str {
    arena.alloc_str(word)
}

#[request_arena]
fn search(arena: Arena<'_>, query: &str) -> usize {
    shout(&arena, query).len()
}

fn main() {
    search("q");
}
