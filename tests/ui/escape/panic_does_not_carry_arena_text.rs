use request_arena::{Arena, request_arena};

#[request_arena]
fn check(arena: Arena<'_>, name: &str) {
    let name: &str = arena.alloc_str(name);
    if name.is_empty() {
        std::panic::panic_any(name);
    }
}

fn main() {
    check("x");
}
