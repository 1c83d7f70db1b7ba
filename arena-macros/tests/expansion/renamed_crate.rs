//! The facade is imported under another name.

#[request_arena(crate = crate::reexport::arenas)]
fn count(arena: Arena<'_>, text: &str) -> usize {
    arena.alloc_str(text).len()
}
