use request_arena::{Arena, request_arena};

struct Audit<'q> {
    query: &'q str,
}

impl Drop for Audit<'_> {
    fn drop(&mut self) {
        println!("searched {}", self.query);
    }
}

#[request_arena]
fn search(arena: Arena<'_>, query: &str) {
    let query = arena.alloc_str(query);
    arena.alloc_deferred(Audit { query });
}

fn main() {
    search("q");
}
