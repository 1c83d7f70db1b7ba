use request_arena::{Arena, request_arena};

struct Session<'s> {
    last: &'s str,
}

impl<'s> Session<'s> {
    #[request_arena]
    async fn search(&mut self, arena: Arena<'_>, query: String) -> usize {
        self.last = arena.alloc_str(&query);
        self.last.len()
    }
}

fn main() {
    drop(Session { last: "" }.search(String::new()));
}
