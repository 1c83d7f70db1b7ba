use request_arena::{Arena, request_arena};
use std::collections::HashMap;

#[request_arena]
fn count(arena: Arena<'_>, counts: &mut HashMap<&str, u64>, word: &str) {
    let word = arena.alloc_str(word);
    word.make_ascii_lowercase();
    *counts.entry(word).or_default() += 1;
}

fn main() {
    count(&mut HashMap::new(), "A");
}
