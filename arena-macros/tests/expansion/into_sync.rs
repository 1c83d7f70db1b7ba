//! What the body returns borrows from the arena, and is turned within the scope.

#[request_arena(into = String)]
fn hyphenate<'a>(arena: Arena<'a>, text: &str) -> Words<'a> {
    Words(arena.alloc_from_iter(text.split(' ')))
}
