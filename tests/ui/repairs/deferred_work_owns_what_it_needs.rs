use request_arena::{Arena, request_arena};

#[request_arena]
fn search(arena: Arena<'_>, query: &str) -> usize {
    let text = arena.alloc_str(query);
    let owned = text.to_owned();
    arena.defer(move || println!("searched {owned}"));
    text.len()
}

fn main() {
    search("q");
}
