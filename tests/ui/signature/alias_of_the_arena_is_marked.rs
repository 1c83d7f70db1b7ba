use request_arena::{Arena, request_arena};

type Scratch<'s> = Arena<'s>;

#[request_arena]
fn search(scratch: Scratch<'_>, query: &str) -> usize {
    scratch.alloc_str(query).len()
}

fn main() {
    let _ = search;
}
