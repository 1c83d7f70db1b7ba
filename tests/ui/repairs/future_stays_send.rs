use request_arena::{Arena, collections::owned, request_arena};

fn spawn<F: Future + Send + 'static>(_: F) {}
async fn fetch() -> u32 {
    1
}

async fn helper(arena: &mut Arena<'_>) -> usize {
    fetch().await;
    arena.alloc_str("later").len()
}

#[request_arena]
async fn search(mut arena: Arena<'_>) -> usize {
    let number = fetch().await;
    arena.alloc(number);

    let mut hits = owned::Vec::new_in(arena.fork());
    hits.push(fetch().await);

    hits.len() + helper(&mut arena).await
}

fn main() {
    spawn(search());
}
