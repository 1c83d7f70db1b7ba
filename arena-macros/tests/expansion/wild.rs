//! The arena has no name: it exists, and the body does not use it.

#[request_arena]
fn count(_: Arena<'_>, text: &str) -> usize {
    text.len()
}
