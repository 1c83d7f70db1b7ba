use request_arena::{Arena, request_arena};

#[request_arena]
fn f(arena: Arena<'_>, arena: u8) -> u8 {
    *arena.alloc(1)
}

fn main() {}
