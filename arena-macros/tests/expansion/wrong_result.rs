//! Wrong: the result borrows from the arena. A stand-in for callers follows the error.

#[request_arena]
async fn search<'a>(arena: Arena<'a>, query: String) -> &'a str {
    arena.alloc_str(&query)
}
