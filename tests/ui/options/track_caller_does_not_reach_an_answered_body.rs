use request_arena::{Arena, request_arena};

#[request_arena(limit = "1 MiB", on_limit = "")]
#[track_caller]
fn search(arena: Arena<'_>, query: &str) -> &'static str {
    if arena.alloc_str(query).is_empty() { "empty" } else { "found" }
}

fn main() {
    search("q");
}
