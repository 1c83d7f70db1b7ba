use request_arena::{Arena, request_arena};

fn keep<'a, T>(arena: &Arena<'a>, value: T) -> &'a T {
    arena.alloc(value)
}

#[request_arena]
fn greet(arena: Arena<'_>, name: &str) -> usize {
    keep(&arena, name.to_owned()).len()
}

fn main() {
    greet("x");
}
