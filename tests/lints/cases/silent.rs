//! Functions of every shape that satisfy the strictest lints.

use std::future::{ready, Future};
use std::pin::Pin;
use std::sync::Arc;

use request_arena::collections::owned;
use request_arena::{request_arena, Arena, ArenaError, Bump};

/// Sync.
#[request_arena]
#[must_use]
pub fn sync(arena: Arena<'_>, text: &str) -> usize {
    arena.alloc_str(text).len()
}

/// Async, and holds a reference into the arena across an `.await`.
#[request_arena(name = "asynchronous", limit = "1 MiB", soft_limit = "64 KiB", initial = 512)]
pub async fn asynchronous(arena: Arena<'_>, text: String) -> usize {
    let copy = arena.alloc_str(&text);
    ready(()).await;
    copy.len()
}

/// A result that borrows from the arena.
#[request_arena(into = String)]
#[must_use]
pub fn converted<'a>(arena: Arena<'a>, text: &str) -> &'a str {
    arena.alloc_str(text)
}

/// The same, later.
#[request_arena(into = String)]
pub async fn converted_later<'a>(arena: Arena<'a>, text: String) -> &'a str {
    ready(()).await;
    arena.alloc_str(&text)
}

/// Ends by `return` or `?`.
///
/// # Errors
///
/// If `text` is not a number.
#[request_arena(limit = "1 MiB", on_limit = Err(String::from("full")))]
pub fn parsed(mut arena: Arena<'_>, text: &str) -> Result<u32, String> {
    if text.is_empty() {
        return Err(String::from("empty"));
    }
    arena = arena.fork();
    let number: u32 = arena.alloc_str(text).parse().map_err(|_| String::from("no number"))?;
    Ok(number)
}

/// Returns the arena's error.
///
/// # Errors
///
/// If the arena is at its limit.
#[request_arena(limit = "1 MiB", on_limit = |error| Err(Box::new(error)))]
pub async fn fallible(arena: Arena<'_>, text: String) -> Result<usize, Box<ArenaError>> {
    ready(()).await;
    Ok(arena.try_alloc_str(&text)?.len())
}

/// Ends by a `match`.
#[request_arena]
#[must_use]
pub fn matched(arena: Arena<'_>, number: u8) -> u8 {
    match number {
        0 => 1,
        other => *arena.alloc(other),
    }
}

/// Nothing to return.
#[request_arena(limit = "1 MiB", on_limit = log.push(0))]
pub fn nothing(arena: Arena<'_>, log: Log) {
    log.push(arena.alloc_str("text").len());
}

/// Nothing to return, later.
#[request_arena]
pub async fn nothing_later(arena: Arena<'_>) {
    let text = arena.alloc_str("text");
    ready(()).await;
    drop(text.to_owned());
}

/// A counter, which is `Copy`, so that an answer can use it.
#[derive(Clone, Copy, Debug)]
pub struct Log;

impl Log {
    /// Adds.
    pub fn push(self, number: usize) {
        drop(vec![number; 2]);
    }
}

/// Generic.
#[request_arena]
#[must_use]
pub fn generic<T, const N: usize>(arena: Arena<'_>, values: [T; N]) -> usize
where
    T: Copy + PartialEq,
{
    let copy = arena.alloc_slice_copy(&values);
    copy.iter().filter(|value| **value == values[0]).count()
}

/// `impl Trait` as a parameter and as the result.
#[request_arena]
pub fn opaque(arena: Arena<'_>, parts: impl Iterator<Item = usize>) -> impl Iterator<Item = usize> {
    let sum: usize = arena.alloc_from_iter(parts).iter().sum();
    std::iter::once(sum)
}

/// A future.
#[request_arena]
pub fn future(arena: Arena<'_>, text: &str) -> impl Future<Output = usize> + Send {
    let owned = text.to_owned();
    async move {
        let copy = arena.alloc_str(&owned);
        ready(()).await;
        copy.len()
    }
}

/// A boxed future.
#[request_arena]
#[must_use]
pub fn boxed(arena: Arena<'_>, text: String) -> Pin<Box<dyn Future<Output = usize> + Send>> {
    Box::pin(async move {
        let copy = arena.alloc_str(&text);
        ready(()).await;
        copy.len()
    })
}

/// Code that takes a `Bump`.
#[request_arena]
#[must_use]
pub fn bump(bump: &Bump) -> usize {
    bump.alloc_str("text").len()
}

/// A handler that does not need its arena yet.
#[request_arena]
#[must_use]
pub fn ignored(_: Arena<'_>, text: &str) -> usize {
    text.len()
}

/// The same, with a name.
#[request_arena]
#[must_use]
pub fn ignored_by_name(_arena: Arena<'_>, text: &str) -> usize {
    text.len()
}

/// A service.
#[derive(Debug)]
pub struct Service {
    name: Arc<str>,
}

/// The methods of a service.
pub trait Serve {
    /// Serves.
    fn serve(&mut self, text: &str) -> usize;
    /// Serves, later.
    fn serve_later(&self, text: String) -> impl Future<Output = usize> + Send;
}

#[request_arena(limit = "1 MiB", on_limit = 0)]
impl Serve for Service {
    fn serve(&mut self, arena: Arena<'_>, text: &str) -> usize {
        self.name = Arc::from(&*arena.alloc_str(text));
        self.name.len()
    }

    async fn serve_later(&self, arena: Arena<'_>, text: String) -> usize {
        let copy = arena.alloc_str(&text);
        ready(()).await;
        copy.len() + self.name.len()
    }
}

#[request_arena]
impl Service {
    /// By `Arc`.
    #[must_use]
    pub fn shared(self: Arc<Self>, arena: Arena<'_>) -> usize {
        arena.alloc_str(&self.name).len()
    }

    /// Pinned.
    pub async fn pinned(self: Pin<&mut Self>, arena: Arena<'_>) -> usize {
        let text = arena.alloc_str(&self.name);
        ready(()).await;
        text.len()
    }

    /// By value.
    #[must_use]
    pub fn consumed(self, arena: Arena<'_>) -> usize {
        arena.alloc_str(&self.name).len()
    }

    /// Without an arena.
    #[must_use]
    pub const fn name(&self) -> &Arc<str> {
        &self.name
    }
}

/// Has to be `Send`.
#[request_arena(send = true)]
pub async fn sent(arena: Arena<'_>, text: String) -> usize {
    let copy = arena.alloc_str(&text);
    ready(()).await;
    copy.len()
}

/// A type with the name of an axum extractor.
#[derive(Debug)]
pub struct State<T>(pub T);

/// The expansion checks whether it is a handler of axum.
#[request_arena]
pub async fn asked(arena: Arena<'_>, State(text): State<String>) -> usize {
    let copy = arena.alloc_str(&text);
    ready(()).await;
    copy.len()
}

/// A collection over a fork: the expansion checks whether it may leave the body.
#[request_arena(into = String)]
#[must_use]
pub fn collected<'a>(arena: Arena<'a>, text: &str) -> owned::String<'a> {
    let mut copy = owned::String::new_in(arena.fork());
    copy.push_str(text);
    copy
}
