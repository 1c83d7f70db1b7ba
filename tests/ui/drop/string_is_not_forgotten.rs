use request_arena::{Arena, request_arena};

#[request_arena]
fn greet(arena: Arena<'_>, name: &str) -> usize {
    let greeting = arena.alloc(format!("hello {name}"));
    greeting.len()
}

fn main() {
    greet("x");
}
