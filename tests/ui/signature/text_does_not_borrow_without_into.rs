use request_arena::{Arena, request_arena};

#[request_arena]
fn greet<'a>(arena: Arena<'a>, name: &str) -> &'a str {
    request_arena::format!(in arena, "hello, {name}")
}

fn main() {
    greet("Ada");
}
