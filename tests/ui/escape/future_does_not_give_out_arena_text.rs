use request_arena::{Arena, request_arena};

#[request_arena]
fn search(arena: Arena<'_>, query: String) -> impl Future<Output = &'static str> {
    async move { &*arena.alloc_str(&query) }
}

fn main() {
    drop(search("a b".into()));
}
