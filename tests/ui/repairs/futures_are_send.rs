use request_arena::collections::owned;
use request_arena::{Arena, request_arena};

fn spawn<F: Future + Send + 'static>(_: F) {}
async fn fetch() -> u32 {
    1
}

async fn helper<'a>(arena: &mut Arena<'a>, word: &str) -> &'a str {
    fetch().await;
    arena.alloc_str(word)
}

#[request_arena]
async fn borrows(mut arena: Arena<'_>, query: String) -> usize {
    let words = arena.alloc_from_iter(query.split(' '));
    let count = arena.alloc(0);
    let title = helper(&mut arena, "title").await;
    *count += fetch().await;
    words[0] = title;
    let boxed = arena.alloc_box(query.clone());
    fetch().await;
    words.len() + *count as usize + boxed.len()
}

#[request_arena]
async fn joined(arena: Arena<'_>) -> usize {
    let (left, right) = (arena.fork(), arena.fork());
    let half = async |arena: Arena<'_>| {
        fetch().await;
        arena.alloc_str("half").len()
    };
    let (a, b) = futures::join!(half(left), half(right));
    a + b
}

#[request_arena]
fn threaded(arena: Arena<'_>) -> usize {
    std::thread::scope(|threads| {
        let fork = arena.fork();
        let there: &str = threads.spawn(move || fork.alloc_str("there")).join().unwrap();
        let here: &str = arena.alloc_str("here");
        here.len() + there.len()
    })
}

#[request_arena]
async fn maps(mut arena: Arena<'_>) -> usize {
    let mut counts = owned::HashMap::new_in(arena.fork());
    counts.insert("a", fetch().await);
    let mut names = owned::Vec::new_in(arena.fork());
    names.push(fetch().await);
    arena
        .scope_async(async |scratch| {
            let one = fetch().await;
            scratch.alloc(one);
        })
        .await;
    counts.len() + names.len()
}

fn main() {
    spawn(borrows(String::new()));
    spawn(joined());
    spawn(maps());
    assert_eq!(threaded(), 9);
}
