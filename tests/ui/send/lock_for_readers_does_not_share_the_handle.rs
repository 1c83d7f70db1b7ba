use request_arena::{Arena, request_arena};
use std::sync::RwLock;

#[request_arena]
fn import(arena: Arena<'_>) {
    let shared = RwLock::new(arena);
    std::thread::scope(|threads| {
        threads.spawn(|| shared.write().unwrap().alloc_str("later").len());
    });
}

fn main() {
    import();
}
