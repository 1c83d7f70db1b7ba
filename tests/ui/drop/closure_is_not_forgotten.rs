use request_arena::{Arena, request_arena};

#[request_arena]
fn run(arena: Arena<'_>, name: String) -> usize {
    let length = arena.alloc(move || name.len());
    length()
}

fn main() {
    run("x".into());
}
