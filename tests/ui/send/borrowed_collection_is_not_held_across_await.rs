use request_arena::{Arena, collections::Vec, request_arena};

fn spawn<F: Future + Send + 'static>(_: F) {}
async fn fetch() -> u32 {
    1
}

#[request_arena]
async fn search(arena: Arena<'_>) -> usize {
    let mut hits = Vec::new_in(&arena);
    hits.push(fetch().await);
    hits.len()
}

fn main() {
    spawn(search());
}
