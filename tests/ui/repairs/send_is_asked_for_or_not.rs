use axum::extract::Path;
use request_arena::{Arena, request_arena};
use std::rc::Rc;

async fn fetch() -> u32 {
    1
}

/// A task of a `LocalSet`, which has a type of axum's and is no handler.
#[request_arena(send = false)]
async fn local(arena: Arena<'_>, Path(id): Path<u32>) -> u32 {
    let shared = Rc::new(id);
    *arena.alloc(fetch().await) + *shared
}

/// A job that `tokio::spawn` takes.
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
