use request_arena::{Arena, request_arena};

#[request_arena]
fn first(arena: Arena<'_>, text: String) -> Option<&'static str> {
    let text = arena.alloc_str(&text);
    text.split(' ').next()
}

fn main() {
    first(String::new());
}
