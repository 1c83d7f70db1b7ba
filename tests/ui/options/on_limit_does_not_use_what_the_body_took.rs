use request_arena::{Arena, request_arena};

#[request_arena(limit = "1 MiB", on_limit = query)]
fn search(arena: Arena<'_>, query: String) -> String {
    arena.alloc_str(&query).to_string()
}

fn main() {
    search("q".into());
}
