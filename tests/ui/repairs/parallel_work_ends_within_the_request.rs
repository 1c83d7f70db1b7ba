use request_arena::{Arena, request_arena};

async fn fetch<'a>(arena: &mut Arena<'a>, url: &str) -> &'a str {
    tokio::task::yield_now().await;
    arena.alloc_str(url)
}

#[request_arena]
async fn search(mut arena: Arena<'_>) -> usize {
    let mut fork = arena.fork();
    let (a, b) = tokio::join!(fetch(&mut arena, "a"), fetch(&mut fork, "b"));
    a.len() + b.len()
}

#[request_arena]
fn import(arena: Arena<'_>, text: &str) -> usize {
    let (left, right) = (arena.fork(), arena.fork());
    let (words, lines) = rayon::join(
        move || left.alloc_from_iter(text.split(' ')).len(),
        move || right.alloc_from_iter(text.lines()).len(),
    );
    words + lines
}

fn main() {
    drop(search());
    import("a b");
}
