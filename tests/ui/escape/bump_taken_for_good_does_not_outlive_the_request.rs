use request_arena::{Arena, request_arena};
use std::sync::OnceLock;

static FIRST: OnceLock<&'static str> = OnceLock::new();

#[request_arena]
fn search(arena: Arena<'_>, query: &str) -> usize {
    let bump = arena.into_bump();
    FIRST.get_or_init(|| bump.alloc_str(query)).len()
}

fn main() {
    search("q");
}
