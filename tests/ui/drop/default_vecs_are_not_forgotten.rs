use request_arena::{Arena, request_arena};

#[request_arena]
fn buckets(arena: Arena<'_>, count: usize) -> usize {
    let buckets = arena.alloc_slice_fill_default::<Vec<u32>>(count);
    buckets[0].push(1);
    buckets.len()
}

fn main() {
    buckets(1);
}
