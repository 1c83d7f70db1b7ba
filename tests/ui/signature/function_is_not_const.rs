use request_arena::{Arena, request_arena};

#[request_arena]
const fn search(arena: Arena<'_>, query: &str) -> usize {
    query.len()
}

fn main() {
    search("q");
}
