use request_arena::{Arena, request_arena};

#[request_arena]
fn search(arena: Arena<'_>, query: &str) -> usize {
    let fork = arena.fork();
    arena.defer(move || println!("{} bytes", fork.used()));
    arena.alloc_str(query).len()
}

fn main() {
    search("q");
}
