use request_arena::{Arena, request_arena};
use std::sync::Mutex;

static COUNT: Mutex<u32> = Mutex::new(0);

#[request_arena]
fn count(arena: Arena<'_>) -> u32 {
    let count = arena.alloc(COUNT.lock().unwrap());
    **count += 1;
    **count
}

fn main() {
    count();
}
