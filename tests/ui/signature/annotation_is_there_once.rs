use request_arena::{Arena, request_arena};

#[request_arena]
#[request_arena(name = "b")]
fn f(arena: Arena<'_>) -> u8 {
    *arena.alloc(1)
}

fn main() {}
