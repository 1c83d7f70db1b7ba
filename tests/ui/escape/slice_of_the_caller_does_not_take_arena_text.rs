use request_arena::{Arena, request_arena};

#[request_arena]
fn normalise(arena: Arena<'_>, words: &mut [&str]) {
    for word in words {
        let lower = arena.alloc_str(word);
        lower.make_ascii_lowercase();
        *word = lower;
    }
}

fn main() {
    normalise(&mut ["A", "b"]);
}
