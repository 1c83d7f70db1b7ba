use request_arena::{Arena, request_arena};

#[request_arena]
fn search<'a, T: From<&'a str>>(arena: Arena<'a>, find: fn(T) -> usize) -> usize {
    find(T::from(arena.str("q")))
}

fn main() {
    search(|query: String| query.len());
}
