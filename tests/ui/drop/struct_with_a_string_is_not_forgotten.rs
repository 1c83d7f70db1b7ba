use request_arena::{Arena, request_arena};

#[derive(Default)]
struct Hit {
    title: String,
}

#[request_arena]
fn search(arena: Arena<'_>) -> usize {
    let hits: &[Hit] = arena.alloc_slice_fill_default(10);
    hits[0].title.len()
}

fn main() {
    search();
}
