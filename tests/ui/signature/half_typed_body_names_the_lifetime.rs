use request_arena::{Arena, request_arena};

#[request_arena(into = String)]
fn search<'a>(arena: Arena<'a>) -> &'a str {
    let text: &'a str = arena.
}

fn main() {}
