use request_arena::{Arena, request_arena};

#[request_arena]
fn lengths(arena: Arena<'_>, text: &str) -> impl Iterator<Item = usize> {
    let words = arena.alloc_from_iter(text.split(' '));
    words.iter().map(|word| word.len())
}

fn main() {
    lengths("a b").count();
}
