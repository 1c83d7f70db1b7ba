use request_arena::{Arena, request_arena};
use std::cell::Cell;

fn spawn<F: Future + Send + 'static>(_: F) {}
async fn fetch() {}

#[request_arena]
async fn search(arena: Arena<'_>) -> u32 {
    let count: &Cell<u32> = arena.alloc(Cell::new(0));
    fetch().await;
    count.get()
}

fn main() {
    spawn(search());
}
