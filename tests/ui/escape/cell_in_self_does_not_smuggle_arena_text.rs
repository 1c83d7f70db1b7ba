use request_arena::{Arena, request_arena};
use std::cell::RefCell;

struct Session<'s> {
    trail: RefCell<Vec<&'s str>>,
}

impl Session<'_> {
    #[request_arena]
    fn search(&self, arena: Arena<'_>, query: &str) {
        let query = arena.alloc_str(query);
        self.trail.borrow_mut().push(query);
    }
}

fn main() {
    Session { trail: RefCell::default() }.search("q");
}
