use request_arena::{Arena, Bump, request_arena};

#[request_arena]
fn open(arena: Arena<'_>) -> &'static Bump {
    arena.into_bump()
}

fn main() {
    open().alloc_str("later");
}
