use request_arena::{Arena, request_arena};

struct Cache {
    last: String,
}

impl Cache {
    #[request_arena]
    fn search(&mut self, arena: Arena<'_>, query: &str) -> usize {
        let query = arena.alloc_str(query);
        query.make_ascii_lowercase();
        self.last.clear();
        self.last.push_str(query);
        self.last.len()
    }
}

fn main() {
    Cache { last: String::new() }.search("q");
}
