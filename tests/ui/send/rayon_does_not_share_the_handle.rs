use rayon::prelude::*;
use request_arena::{Arena, request_arena};

#[request_arena]
fn shout(arena: Arena<'_>, words: &[&str]) -> usize {
    words.par_iter().map(|word| arena.alloc_str(word).len()).sum()
}

fn main() {
    shout(&["a"]);
}
