use request_arena::{Arena, request_arena};

fn spawn<F: Future + Send + 'static>(_: F) {}

#[request_arena]
async fn search(arena: Arena<'_>, query: String) -> usize {
    spawn(async move { arena.alloc_str("later").len() });
    query.len()
}

fn main() {
    drop(search(String::new()));
}
