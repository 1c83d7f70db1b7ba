use request_arena::{Arena, request_arena};
use std::sync::Mutex;

#[request_arena]
fn search(arena: Mutex<Arena<'_>>, query: &str) -> usize {
    arena.lock().unwrap().alloc_str(query).len()
}

fn main() {
    search("q");
}
