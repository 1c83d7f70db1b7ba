use request_arena::{Arena, request_arena};

#[request_arena(into = String)]
#[track_caller]
fn search(arena: Arena<'_>, query: &str) -> &'static str {
    if arena.alloc_str(query).is_empty() { "empty" } else { "found" }
}

fn main() {
    search("q");
}
