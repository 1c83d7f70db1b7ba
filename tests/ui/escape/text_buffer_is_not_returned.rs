use request_arena::{Arena, collections::String, request_arena};

#[request_arena]
fn shout(arena: Arena<'_>, word: &str) -> String<'static> {
    let mut text = String::new_in(&arena);
    text.push_str(word);
    text.push('!');
    text
}

fn main() {
    shout("hey");
}
