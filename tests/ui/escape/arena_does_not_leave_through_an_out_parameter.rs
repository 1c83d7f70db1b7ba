use request_arena::{Arena, request_arena};

#[request_arena]
fn search(arena: Arena<'_>, hits: &mut Vec<&str>) {
    hits.push(arena.alloc_str("hit"));
}

fn main() {
    search(&mut Vec::new());
}
