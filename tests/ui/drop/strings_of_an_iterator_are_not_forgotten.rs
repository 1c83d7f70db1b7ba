use request_arena::{Arena, request_arena};

#[request_arena]
fn split(arena: Arena<'_>, text: &str) -> usize {
    let words = arena.alloc_from_iter(text.split(' ').map(str::to_owned));
    words.len()
}

fn main() {
    split("a b");
}
