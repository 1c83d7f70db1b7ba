use request_arena::{Arena, request_arena};

#[request_arena]
fn split(arena: Arena<'_>, lines: &str) -> usize {
    let rows = arena.alloc_slice_fill_with(3, |_| lines.split(',').collect::<Vec<_>>());
    rows.len()
}

fn main() {
    split("a,b");
}
