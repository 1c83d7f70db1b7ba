use request_arena::{Arena, request_arena};

#[request_arena]
fn copy(arena: Arena<'_>, names: &[String]) -> usize {
    arena.alloc_slice_clone(names).len()
}

fn main() {
    copy(&[]);
}
