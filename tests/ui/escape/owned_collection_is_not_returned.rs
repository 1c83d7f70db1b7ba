use request_arena::{Arena, collections::owned::Vec, request_arena};

#[request_arena]
fn lengths(arena: Arena<'_>, text: &str) -> Vec<'static, usize> {
    let mut lengths = Vec::new_in(arena);
    lengths.extend(text.split(' ').map(str::len));
    lengths
}

fn main() {
    lengths("a b");
}
