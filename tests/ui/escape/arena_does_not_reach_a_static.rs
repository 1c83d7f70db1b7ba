use request_arena::{Arena, request_arena};
use std::sync::OnceLock;

static LAST_QUERY: OnceLock<&'static str> = OnceLock::new();

#[request_arena]
fn search(arena: Arena<'_>, query: &str) -> usize {
    let query = arena.alloc_str(query);
    LAST_QUERY.get_or_init(|| query).len()
}

fn main() {
    search("q");
}
