use request_arena::{Arena, request_arena};

#[request_arena]
fn search(arena: Arena<'_>, query: &str) -> usize {
    let text = arena.alloc_str(query);
    let len = text.len();
    arena.defer(move || println!("searched {text}"));
    len
}

fn main() {
    search("q");
}
