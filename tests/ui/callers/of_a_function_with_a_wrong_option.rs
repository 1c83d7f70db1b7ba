use request_arena::{Arena, request_arena};

#[request_arena(limt = "1 MiB")]
fn search(arena: Arena<'_>, query: &str) -> usize {
    arena.alloc_str(query).len()
}

fn twice(query: &str) -> usize {
    search(query) + search("again")
}

fn main() {
    println!("{}", twice("q"));
}
