use request_arena::{Arena, request_arena};
use std::sync::Mutex;

static RECENT: Mutex<Vec<&str>> = Mutex::new(Vec::new());

#[request_arena]
fn search(arena: Arena<'_>, query: &str) -> usize {
    let query = arena.alloc_str(query);
    RECENT.lock().unwrap().push(query);
    query.len()
}

fn main() {
    search("q");
}
