use std::borrow::Cow;

use request_arena::{Arena, request_arena};

#[request_arena(into = Cow<'static, str>)]
fn title<'a>(arena: Arena<'a>, name: &str) -> &'a str {
    arena.alloc_str(name)
}

fn main() {
    title("name");
}
