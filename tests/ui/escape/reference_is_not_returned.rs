use request_arena::{Arena, request_arena};

#[request_arena]
fn longest(arena: Arena<'_>, text: &'static str) -> &'static str {
    let words = arena.alloc_from_iter(text.split(' ').map(|word| &*arena.alloc_str(word)));
    words[0]
}

fn main() {
    longest("a b");
}
