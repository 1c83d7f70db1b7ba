use request_arena::{Arena, request_arena};

#[request_arena]
fn search(arena: Arena<'_>, query: &str) -> impl Future<Output = usize> {
    let words = arena.alloc_from_iter(query.split(' '));
    async move { words.len() }
}

fn main() {
    drop(search("a b"));
}
