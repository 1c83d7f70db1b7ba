use request_arena::{Bump, request_arena};
use std::sync::OnceLock;

static FIRST: OnceLock<&'static str> = OnceLock::new();

#[request_arena]
fn search(bump: &Bump, query: &str) -> usize {
    let query = bumpalo::format!(in bump, "{query}!").into_bump_str();
    FIRST.get_or_init(|| query).len()
}

fn main() {
    search("q");
}
