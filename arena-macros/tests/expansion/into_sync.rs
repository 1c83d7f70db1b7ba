//! The result of the body borrows from the arena, and `into` converts it inside the scope.

#[request_arena(into = String)]
fn hyphenate<'a>(arena: Arena<'a>, text: &str) -> Words<'a> {
    Words(arena.alloc_from_iter(text.split(' ')))
}
