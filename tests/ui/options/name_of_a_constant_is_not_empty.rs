use request_arena::{Arena, request_arena};

const NAME: &str = "";

#[request_arena(name = NAME)]
fn search(arena: Arena<'_>) -> usize {
    arena.used()
}

fn main() {
    search();
}
