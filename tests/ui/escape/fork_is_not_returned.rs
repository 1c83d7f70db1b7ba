use request_arena::{Arena, request_arena};

#[request_arena]
fn open(arena: Arena<'_>) -> Arena<'static> {
    arena.alloc_str("first");
    arena.fork()
}

fn main() {
    open().alloc_str("later");
}
