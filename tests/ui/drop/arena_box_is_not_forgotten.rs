use request_arena::{Arena, Box, request_arena};

struct Node<'a> {
    name: Box<'a, String>,
}

#[request_arena]
fn parse(arena: Arena<'_>, name: &str) -> usize {
    let node = arena.alloc(Node { name: arena.alloc_box(name.to_owned()) });
    node.name.len()
}

fn main() {
    parse("x");
}
