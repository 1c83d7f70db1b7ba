use request_arena::{Arena, request_arena};

async fn fetch<'a>(arena: &mut Arena<'a>, url: &str) -> &'a str {
    tokio::task::yield_now().await;
    arena.alloc_str(url)
}

#[request_arena]
async fn search(mut arena: Arena<'_>) -> usize {
    let (a, b) = tokio::join!(fetch(&mut arena, "a"), fetch(&mut arena, "b"));
    a.len() + b.len()
}

fn main() {
    drop(search());
}
