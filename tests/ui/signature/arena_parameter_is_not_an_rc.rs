use request_arena::{Arena, request_arena};
use std::cell::RefCell;
use std::rc::Rc;

#[request_arena]
fn search(arena: Rc<RefCell<Arena<'_>>>, query: &str) -> usize {
    arena.borrow().alloc_str(query).len()
}

fn main() {
    search("q");
}
