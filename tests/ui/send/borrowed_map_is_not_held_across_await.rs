use request_arena::{Arena, collections::HashMap, request_arena};

fn spawn<F: Future + Send + 'static>(_: F) {}
async fn next() -> Option<u32> {
    None
}

#[request_arena]
async fn count(arena: Arena<'_>) -> usize {
    let mut counts = HashMap::new_in(&arena);
    while let Some(key) = next().await {
        *counts.entry(key).or_insert(0) += 1;
    }
    counts.len()
}

fn main() {
    spawn(count());
}
