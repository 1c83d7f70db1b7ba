//! [`Json`]: a response that is serialised into a buffer of the pool.

/// A value that `#[request_arena(into = RESPONSE)]` answers as JSON.
///
/// The value may borrow from the arena. It is serialised into a buffer of the pool while the arena
/// is open. So a warm request asks the global allocator for nothing until the framework takes over.
///
/// ```
/// use axum::{extract::Path, response::Response};
/// use request_arena::{Arena, Json, request_arena};
///
/// #[request_arena(into = Response, limit = "1 MiB")]
/// async fn words<'a>(arena: Arena<'a>, Path(text): Path<String>) -> Json<&'a [&'a str]> {
///     let text = arena.alloc_str(&text);
///     Json(arena.alloc_from_iter(text.split_whitespace()))
/// }
/// # fn main() {}
/// ```
///
/// It works with the response type of every framework that has a feature here. The `Json` of each
/// framework is serialised in the same way. This type is for code that serves several frameworks.
///
/// # Errors
///
/// A value that cannot be serialised is answered as the framework answers it. axum answers 500 with
/// the text of the error. If the limit refuses the memory of the buffer, the handler ends as if the
/// arena had refused it, and `on_limit` answers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Json<T>(pub T);
