use request_arena::{Arena, request_arena};
use std::sync::Mutex;

static SPARE: Mutex<Option<Arena<'static>>> = Mutex::new(None);

#[request_arena]
fn search(arena: Arena<'_>, query: &str) -> usize {
    let length = arena.alloc_str(query).len();
    *SPARE.lock().unwrap() = Some(arena);
    length
}

fn main() {
    search("q");
}
