//! A function.

/// Documentation and other attributes stay on the function.
#[request_arena]
#[must_use]
pub(crate) fn count(arena: Arena<'_>, text: &str) -> usize {
    let copy = arena.alloc_str(text);
    copy.len()
}

#[request_arena]
fn nothing_returned(number: u32, arena: Arena<'_>) {
    arena.alloc(number);
}
