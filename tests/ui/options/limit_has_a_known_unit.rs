use request_arena::{Arena, request_arena};

#[request_arena(limit = "1 lot")]
async fn search(arena: Arena<'_>, query: String) -> usize {
    arena.alloc_str(&query).len()
}

fn main() {
    drop(search(String::new()));
}
