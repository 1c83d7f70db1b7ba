use request_arena::{Arena, request_arena};

fn spawn<F: Future + Send + 'static>(_: F) {}
async fn fetch() {}

#[request_arena]
async fn search(arena: Arena<'_>) -> usize {
    let bump = arena.bump();
    fetch().await;
    bump.alloc_str("later").len()
}

fn main() {
    spawn(search());
}
