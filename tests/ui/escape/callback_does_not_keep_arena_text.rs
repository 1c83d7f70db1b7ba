use request_arena::{Arena, request_arena};

#[request_arena]
fn search(arena: Arena<'_>, query: &str, on_hit: &mut dyn FnMut(&'static str)) {
    on_hit(arena.alloc_str(query));
}

fn main() {
    search("q", &mut |_| {});
}
