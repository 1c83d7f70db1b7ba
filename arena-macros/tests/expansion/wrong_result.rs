//! Wrong: the result borrows from the arena. A function that never runs stands beside the error, for its callers.

#[request_arena]
async fn search<'a>(arena: Arena<'a>, query: String) -> &'a str {
    arena.alloc_str(&query)
}
