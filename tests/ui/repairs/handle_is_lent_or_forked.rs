use request_arena::{Arena, collections::Vec, request_arena};

async fn fetch<'a>(arena: &mut Arena<'a>, url: &str) -> &'a str {
    arena.alloc_str(url)
}

fn shout<'a>(arena: &Arena<'a>, word: &str) -> &'a str {
    arena.alloc_str(word)
}

#[request_arena]
async fn search(mut arena: Arena<'_>) -> usize {
    let first = fetch(&mut arena, "a").await;
    let second = fetch(&mut arena, "b").await;
    let keep = arena.fork();
    let third = arena.scope_async(async |_scratch| keep.alloc_str("c")).await;
    first.len() + second.len() + third.len()
}

#[request_arena]
fn split(arena: Arena<'_>, text: &str) -> usize {
    let mut words = Vec::new_in(&arena);
    words.push(shout(&arena, text));
    words.len() + arena.bump().alloc_str(text).len()
}

fn main() {
    drop(search());
    split("a b");
}
