use request_arena::{Arena, request_arena};
use std::sync::{Arc, Mutex};

#[request_arena]
async fn search(arena: Arena<'_>, query: String) -> usize {
    let arena = Arc::new(Mutex::new(arena));
    let shared = Arc::clone(&arena);
    tokio::spawn(async move { shared.lock().unwrap().alloc_str(&query).len() });
    arena.lock().unwrap().used()
}

fn main() {
    drop(search(String::new()));
}
