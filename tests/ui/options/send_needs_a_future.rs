use request_arena::{Arena, request_arena};

#[request_arena(send = true)]
fn search(arena: Arena<'_>) -> usize {
    arena.alloc_str("yes").len()
}

fn main() {
    search();
}
