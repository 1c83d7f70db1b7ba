use request_arena::{Arena, request_arena};

#[request_arena]
fn inner<'l>(arena: Arena<'_>, list: &mut Vec<&'l str>, text: &str) {
    list.push(arena.alloc_str(text));
}

#[request_arena]
fn outer(arena: Arena<'_>, text: &str) -> usize {
    let mut list = vec![&*arena.alloc_str(text)];
    inner(&mut list, text);
    list.len()
}

fn main() {
    outer("a");
}
