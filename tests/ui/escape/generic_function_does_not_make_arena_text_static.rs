use request_arena::{Arena, request_arena};

fn publish<T: Send + Sync + 'static>(_: T) {}

#[request_arena]
fn search(arena: Arena<'_>, query: &str) {
    let query = arena.alloc_str(query);
    publish(query);
}

fn main() {
    search("q");
}
