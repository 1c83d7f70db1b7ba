use request_arena::{Arena, request_arena};

#[request_arena]
fn search<'a: 'static>(arena: Arena<'a>) -> &'static str {
    arena.alloc_str("search")
}

fn main() {
    search();
}
