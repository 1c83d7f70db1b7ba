use request_arena::{Arena, request_arena};

fn keep<'t>(arena: &Arena<'t>, kept: &mut Vec<&'t str>, text: &str) {
    kept.push(arena.alloc_str(text));
}

#[request_arena]
fn search(arena: Arena<'_>, kept: &mut Vec<&str>, query: &str) {
    keep(&arena, kept, query);
}

fn main() {
    search(&mut Vec::new(), "q");
}
