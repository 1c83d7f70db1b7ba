use request_arena::{Arena, request_arena};

#[request_arena]
fn index(arena: Arena<'_>, text: &str) -> usize {
    let words = arena.alloc_str(text);
    rayon::spawn(move || println!("{}", words.split(' ').count()));
    text.len()
}

fn main() {
    index("a b");
}
