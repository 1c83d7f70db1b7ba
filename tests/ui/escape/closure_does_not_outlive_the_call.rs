use request_arena::{Arena, request_arena};

#[request_arena]
fn matcher(arena: Arena<'_>, query: &str) -> Box<dyn Fn(&str) -> bool> {
    let query = arena.alloc_str(query);
    Box::new(move |word| word == &*query)
}

fn main() {
    matcher("q");
}
