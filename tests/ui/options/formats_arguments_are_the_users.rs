use request_arena::{Arena, request_arena};

#[request_arena]
fn greet(arena: Arena<'_>, name: &str) -> usize {
    request_arena::format!(in arena, "hello {}", nam).len() + name.len()
}

fn main() {
    greet("x");
}
