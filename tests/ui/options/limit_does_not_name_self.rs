use request_arena::{Arena, request_arena};

struct Service;

impl Service {
    const LIMIT: usize = 1 << 20;

    #[request_arena(limit = Self::LIMIT)]
    fn search(&self, arena: Arena<'_>, query: &str) -> usize {
        arena.alloc_str(query).len()
    }
}

fn main() {
    Service.search("q");
}
