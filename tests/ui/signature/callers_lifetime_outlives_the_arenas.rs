use request_arena::{Arena, request_arena};

#[request_arena]
fn search<'a, 'q: 'a>(arena: Arena<'a>, query: &'q str) -> usize {
    arena.alloc_from_iter(query.split(' ')).len()
}

fn main() {
    search("q");
}
