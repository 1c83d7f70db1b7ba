use request_arena::{Arena, request_arena};
use std::collections::HashMap;

#[request_arena]
fn count(arena: Arena<'_>, word: &'static str) -> usize {
    let counts = arena.alloc(HashMap::new());
    counts.insert(word, 1);
    counts.len()
}

fn main() {
    count("a");
}
