use request_arena::{Arena, request_arena};
use std::any::Any;

#[request_arena]
fn search(arena: Arena<'_>, extensions: &mut Vec<Box<dyn Any>>) -> usize {
    let query: &str = arena.alloc_str("q");
    extensions.push(Box::new(query));
    extensions.len()
}

fn main() {
    search(&mut Vec::new());
}
