use request_arena::{Arena, collections::String, request_arena};

#[request_arena]
fn shout(arena: Arena<'_>, word: &str) -> usize {
    let text = arena.scope(|scratch| {
        let text = String::from_str_in(word, &scratch);
        text.into_arena_str(&scratch)
    });
    text.len()
}

fn main() {
    shout("hey");
}
