use request_arena::{Arena, request_arena};

#[request_arena]
fn collect<'h>(arena: Arena<'_>, hits: &mut Vec<&'h str>, text: &str) {
    let words = arena.alloc_from_iter(text.split(' ').map(|word| &*arena.alloc_str(word)));
    hits.extend(words.iter().copied());
}

fn main() {
    collect(&mut Vec::new(), "a b");
}
