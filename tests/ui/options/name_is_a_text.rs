use request_arena::{Arena, request_arena};

#[request_arena(name = 5)]
fn search(arena: Arena<'_>) -> usize {
    arena.used()
}

fn main() {
    search();
}
