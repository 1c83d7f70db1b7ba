use axum::extract::Path;
use request_arena::{Arena, request_arena};
use std::rc::Rc;

async fn fetch() -> u32 {
    1
}

/// A task of a `LocalSet`. It has a parameter type of axum, but is not a handler.
#[request_arena(send = false)]
async fn local(arena: Arena<'_>, Path(id): Path<u32>) -> u32 {
    let shared = Rc::new(id);
    *arena.alloc(fetch().await) + *shared
}

/// A job for `tokio::spawn`.
#[request_arena(send = true)]
async fn job(arena: Arena<'_>) -> u32 {
    let number = fetch().await;
    *arena.alloc(number)
}

fn spawn<F: Future + Send + 'static>(_: F) {}

fn main() {
    drop(local(Path(1)));
    spawn(job());
}
