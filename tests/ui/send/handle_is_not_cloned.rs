use request_arena::{Arena, request_arena};

#[request_arena]
fn import(arena: Arena<'_>) {
    let second = arena.clone();
    second.alloc(1);
}

fn main() {
    import();
}
