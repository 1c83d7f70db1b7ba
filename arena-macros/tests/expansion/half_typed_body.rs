//! A body that does not parse, as an editor has it while somebody types: the function is there, with what was typed.

#[request_arena]
fn count(arena: Arena<'_>, text: &str) -> usize {
    let copy = arena.alloc_str(text);
    copy.
}
