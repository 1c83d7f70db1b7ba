use request_arena::collections::{CollectIn, IntoArenaSlice, Vec};
use request_arena::{Arena, request_arena};

#[request_arena]
fn split(arena: Arena<'_>, text: &str) -> usize {
    let words = text.split(' ').map(String::from).collect_in::<Vec<_>>(&arena);
    words.into_arena_slice(&arena).len()
}

fn main() {
    split("a b");
}
