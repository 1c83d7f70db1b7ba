use request_arena::{Arena, request_arena};

#[request_arena(limit = "1 MiB", on_limit = |error| error.to_string())]
async fn search(arena: Arena<'_>, query: String) -> Result<usize, String> {
    Ok(arena.alloc_str(&query).len())
}

fn main() {
    drop(search("q".into()));
}
