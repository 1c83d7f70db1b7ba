use std::sync::Mutex;

use request_arena::{Arena, arena_handler};

fn main() {
    let seen = Mutex::new(Vec::new());
    let note = arena_handler!(async |arena: Arena<'_>, text: &str| {
        seen.lock().unwrap().push(&*arena.alloc_str(text));
    });
    drop(note("text"));
    drop(seen);
}
