//! No name: the arena is there, and the body does not use it.

#[request_arena]
fn count(_: Arena<'_>, text: &str) -> usize {
    text.len()
}
