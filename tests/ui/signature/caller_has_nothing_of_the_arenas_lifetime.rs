use request_arena::{Arena, request_arena};

#[request_arena]
fn search<'a>(arena: Arena<'a>, query: &'a str) -> usize {
    arena.alloc_str(query).len()
}

fn main() {
    search("q");
}
