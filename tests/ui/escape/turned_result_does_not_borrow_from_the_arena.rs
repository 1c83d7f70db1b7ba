use request_arena::{Arena, request_arena};

#[request_arena(into = &'static str)]
fn search<'a>(arena: Arena<'a>, query: &str) -> &'a str {
    arena.alloc_str(query)
}

fn main() {
    search("q");
}
