use request_arena::{Arena, collections::owned::Vec, request_arena};

#[request_arena]
fn search(arena: Arena<'_>, query: &str) -> usize {
    let mut hits = Vec::new_in(arena);
    hits.push(arena.alloc_str(query));
    hits.len()
}

fn main() {
    search("q");
}
