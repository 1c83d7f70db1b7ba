use request_arena::{Arena, request_arena};

struct Unknown {
    name: String,
}

#[request_arena]
fn longest(arena: Arena<'_>, text: &str) -> Result<String, Unknown> {
    let words = arena.alloc_from_iter(text.split(' '));
    let longest = words.iter().max_by_key(|word| word.len());
    longest.map(|&word| word.to_owned()).ok_or_else(|| Unknown { name: text.to_owned() })
}

#[request_arena]
fn lengths(arena: Arena<'_>, text: &str) -> impl Iterator<Item = usize> {
    let words = arena.alloc_from_iter(text.split(' '));
    words.iter().map(|word| word.len()).collect::<Vec<_>>().into_iter()
}

fn main() {
    let _ = longest("a b").map_err(|unknown| unknown.name);
    lengths("a b").count();
}
