use request_arena::{Arena, request_arena};

fn spawn<F: Future + Send + 'static>(_: F) {}
async fn fetch() {}

async fn load<'a>(arena: &Arena<'a>) -> &'a str {
    fetch().await;
    arena.alloc_str("loaded")
}

#[request_arena]
async fn search(arena: Arena<'_>) -> usize {
    load(&arena).await.len()
}

fn main() {
    spawn(search());
}
