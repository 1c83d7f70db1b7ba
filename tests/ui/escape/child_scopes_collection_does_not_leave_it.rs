use request_arena::{Arena, collections::Vec, request_arena};

#[request_arena]
fn split(arena: Arena<'_>, text: &str) -> usize {
    let words = arena.scope(|scratch| {
        let mut words = Vec::new_in(&scratch);
        words.extend(text.split(' '));
        words
    });
    words.len()
}

fn main() {
    split("a b");
}
