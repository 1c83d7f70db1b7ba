use request_arena::{Arena, collections::Vec, request_arena};

#[request_arena]
fn split(arena: Arena<'_>) -> usize {
    let mut row = Vec::new_in(&arena);
    row.push(1);
    arena.alloc(row).len()
}

fn main() {
    split();
}
