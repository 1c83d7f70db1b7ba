use request_arena::{Arena, collections::String, request_arena};

fn spawn<F: Future + Send + 'static>(_: F) {}
async fn fetch() -> &'static str {
    "x"
}

#[request_arena]
async fn page(arena: Arena<'_>) -> usize {
    let mut html = String::new_in(&arena);
    html.push_str(fetch().await);
    html.len()
}

fn main() {
    spawn(page());
}
