use request_arena::{Arena, request_arena};

struct Target(usize);

impl From<usize> for Target {
    fn from(length: usize) -> Self {
        Self(length)
    }
}

#[request_arena(into = Target)]
fn handler(arena: Arena<'_>) -> usize {
    arena.alloc_str("text").len()
}

fn main() {
    assert_eq!(handler().0, 4);
}
