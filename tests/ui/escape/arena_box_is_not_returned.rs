use request_arena::{Arena, Box, request_arena};

#[request_arena]
fn load(arena: Arena<'_>, path: &str) -> Box<'static, Vec<String>> {
    arena.alloc_box(vec![path.to_owned()])
}

fn main() {
    load("/");
}
