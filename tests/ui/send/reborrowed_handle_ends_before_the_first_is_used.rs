use request_arena::{Arena, request_arena};

#[request_arena]
fn search(mut arena: Arena<'_>, query: &str) -> usize {
    let short = arena.reborrow();
    let text = arena.alloc_str(query);
    short.alloc_str(text).len()
}

fn main() {
    search("q");
}
