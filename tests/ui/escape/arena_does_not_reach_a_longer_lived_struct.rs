use request_arena::{Arena, request_arena};

struct Cache<'c> {
    last: &'c str,
}

impl<'c> Cache<'c> {
    #[request_arena]
    fn search(&mut self, arena: Arena<'_>, query: &str) -> usize {
        self.last = arena.alloc_str(query);
        self.last.len()
    }
}

fn main() {
    Cache { last: "" }.search("q");
}
