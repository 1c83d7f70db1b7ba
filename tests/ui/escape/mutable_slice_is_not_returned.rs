use request_arena::{Arena, request_arena};

#[request_arena]
fn buffer(arena: Arena<'_>, len: usize) -> &'static mut [u8] {
    arena.alloc_slice_fill_copy(len, 0)
}

fn main() {
    buffer(8)[0] = 1;
}
