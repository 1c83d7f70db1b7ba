//! Wrong: the result borrows from the arena. A stand-in for callers follows the error.
::core::compile_error! {
    "the result borrows from the arena, which ends with `search`: return an owned value, or write `#[request_arena(into = String)]`"
}
#[allow(unused, clippy::all, reason = "stands in for a function with an error")]
async fn search<'a>(query: String) -> &'a str {
    let arena: Arena<'a> = ::request_arena::__private::absent();
    { arena.alloc_str(&query) }
}
