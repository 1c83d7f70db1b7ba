use request_arena::{Arena, request_arena};

#[request_arena]
fn shout(arena: Arena<'_>, word: &str) -> &'static str {
    arena.str(word)
}

fn main() {
    shout("hey");
}
