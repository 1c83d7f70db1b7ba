use request_arena::{Bump, request_arena};
use std::sync::OnceLock;

static FIRST: OnceLock<&'static str> = OnceLock::new();

#[request_arena]
fn search(bump: &Bump, query: &str) -> usize {
    FIRST.get_or_init(|| bump.alloc_str(query)).len()
}

fn main() {
    search("q");
}
