use request_arena::{Arena, request_arena};

#[request_arena]
fn search(arena: Arena<'_>, text: &str) -> usize {
    let mut kept = Vec::new();
    for line in text.lines() {
        arena.scope(|scratch| kept.push(scratch.alloc_str(line)));
    }
    kept.len()
}

fn main() {
    search("q");
}
