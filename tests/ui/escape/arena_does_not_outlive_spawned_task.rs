use request_arena::{Arena, request_arena};

fn spawn<F: Future + Send + 'static>(_: F) {}

#[request_arena]
async fn search(arena: Arena<'_>, query: String) -> usize {
    let words = arena.alloc_str(&query);
    spawn(async move { println!("{words}") });
    query.len()
}

fn main() {
    drop(search(String::new()));
}
