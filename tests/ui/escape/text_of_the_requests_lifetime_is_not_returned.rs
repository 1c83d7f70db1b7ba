use request_arena::{Arena, collections::String, request_arena};

#[request_arena]
fn shout(arena: Arena<'_>, word: &str) -> &'static str {
    let mut text = String::from_str_in(word, &arena);
    text += "!";
    text.into_arena_str(&arena)
}

fn main() {
    shout("hey");
}
