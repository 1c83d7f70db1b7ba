use request_arena::{Arena, request_arena};
use std::rc::Rc;

struct Parser {
    nodes: Option<Rc<Arena<'static>>>,
}

impl Parser {
    #[request_arena]
    fn parse(&mut self, arena: Arena<'_>, text: &str) -> usize {
        self.nodes = Some(Rc::new(arena.fork()));
        arena.alloc_str(text).len()
    }
}

fn main() {
    Parser { nodes: None }.parse("x");
}
