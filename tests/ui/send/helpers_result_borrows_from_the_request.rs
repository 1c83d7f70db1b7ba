use request_arena::{Arena, request_arena};

async fn fetch<'h>(arena: &'h mut Arena<'_>, url: &str) -> &'h str {
    arena.alloc_str(url)
}

#[request_arena]
async fn search(mut arena: Arena<'_>) -> usize {
    let first = fetch(&mut arena, "a").await;
    let second = fetch(&mut arena, "b").await;
    first.len() + second.len()
}

fn main() {
    drop(search());
}
