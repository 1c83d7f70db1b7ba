use request_arena::{Arena, request_arena};
use std::cell::Cell;

#[request_arena]
fn search(arena: Arena<'_>, last: &Cell<Option<&str>>, query: &str) {
    last.set(Some(arena.alloc_str(query)));
}

fn main() {
    search(&Cell::new(None), "q");
}
