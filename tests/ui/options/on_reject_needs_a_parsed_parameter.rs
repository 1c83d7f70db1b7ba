use request_arena::{Arena, request_arena};

#[request_arena(on_reject = |rejection| rejection.to_string())]
fn create(arena: Arena<'_>, name: &str) -> String {
    arena.alloc_str(name).to_owned()
}

fn main() {
    create("");
}
