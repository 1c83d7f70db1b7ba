use request_arena::{Arena, request_arena};

#[request_arena]
fn split(arena: Arena<'_>, text: &str) -> usize {
    let words = arena.alloc(text.split(' ').collect::<Vec<_>>());
    words.len()
}

fn main() {
    split("a b");
}
