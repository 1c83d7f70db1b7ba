use request_arena::{Arena, request_arena};

#[request_arena]
fn words(arena: Arena<'_>, text: &str) -> usize {
    arena.alloc_from_iter(text.split(' ')).len()
}

#[request_arena]
fn search(arena: Arena<'_>, query: &str) -> usize {
    words(arena, query)
}

fn main() {
    search("q");
}
