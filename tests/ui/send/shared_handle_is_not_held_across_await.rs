use request_arena::{Arena, request_arena};

fn spawn<F: Future + Send + 'static>(_: F) {}
async fn fetch() {}

async fn helper(arena: &Arena<'_>) -> usize {
    fetch().await;
    arena.alloc_str("later").len()
}

#[request_arena]
async fn search(arena: Arena<'_>) -> usize {
    helper(&arena).await
}

fn main() {
    spawn(search());
}
