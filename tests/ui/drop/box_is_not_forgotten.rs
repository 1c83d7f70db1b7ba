use request_arena::{Arena, request_arena};

#[request_arena]
fn buffer(arena: Arena<'_>, len: usize) -> usize {
    let buffer = arena.alloc(vec![0_u8; len].into_boxed_slice());
    buffer.len()
}

fn main() {
    buffer(8);
}
