use request_arena::{Arena, request_arena};

struct Service;

#[request_arena(name = "service")]
impl Service {
    fn search(&self, arena: Arena<'_>, query: &str) -> usize {
        arena.alloc_str(query).len()
    }
}

fn main() {
    Service.search("q");
}
