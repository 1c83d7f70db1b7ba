use request_arena::{Arena, request_arena};
use std::cell::Cell;

thread_local! {
    static LAST_QUERY: Cell<&'static str> = const { Cell::new("") };
}

#[request_arena]
fn search(arena: Arena<'_>, query: &str) -> usize {
    let query = arena.alloc_str(query);
    LAST_QUERY.set(query);
    query.len()
}

fn main() {
    search("q");
}
