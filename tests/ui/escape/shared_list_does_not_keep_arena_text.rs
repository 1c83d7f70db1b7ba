use request_arena::{Arena, request_arena};
use std::{cell::RefCell, rc::Rc};

#[request_arena]
fn search(arena: Arena<'_>, trail: Rc<RefCell<Vec<&'static str>>>, query: &str) {
    trail.borrow_mut().push(arena.alloc_str(query));
}

fn main() {
    search(Rc::default(), "q");
}
