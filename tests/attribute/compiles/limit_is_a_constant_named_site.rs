use request_arena::{Arena, request_arena};

const SITE: usize = 4096;

#[request_arena(limit = SITE, initial = SITE / 4)]
fn handler(arena: Arena<'_>) -> usize {
    arena.alloc_str("text").len()
}

fn main() {
    assert_eq!(handler(), 4);
}
