//! Request-scoped memory for Rust services.
//!
//! A handler under [`#[request_arena]`](macro@request_arena) gets an [`Arena`]. All memory of the
//! arena is freed at once when the request ends. The compiler refuses every way in which that
//! memory could outlive the request, and each handler's peak memory and outcomes are counted.
//!
//! ```no_run
//! use axum::{Json, Router, extract::Path, response::Response, routing::get};
//! use request_arena::{Arena, request_arena};
//!
//! #[request_arena(into = Response, limit = "1 MiB")]
//! async fn words<'a>(arena: Arena<'a>, Path(text): Path<String>) -> Json<&'a [&'a str]> {
//!     let text = arena.alloc_str(&text);
//!     text.make_ascii_lowercase();
//!     Json(arena.alloc_from_iter(text.split_whitespace()))
//! }
//!
//! #[tokio::main]
//! async fn main() -> std::io::Result<()> {
//!     let router = Router::new().route("/words/{text}", get(words));
//!     let listener = tokio::net::TcpListener::bind("127.0.0.1:8080").await?;
//!     axum::serve(listener, router).await
//! }
//! ```
//!
//! The program needs the feature `axum`. Any other function works without a feature:
//!
//! ```
//! use request_arena::{Arena, report, request_arena};
//!
//! #[request_arena]
//! async fn count(arena: Arena<'_>, text: String) -> usize {
//!     let words = arena.alloc_from_iter(text.split(' '));
//!     tokio::task::yield_now().await; // Arena memory lives across awaits.
//!     words.len()
//! }
//!
//! # #[tokio::main(flavor = "current_thread")] async fn main() {
//! assert_eq!(count("to be or not".into()).await, 4);
//! assert_eq!(report().site("count").unwrap().outcomes.returned, 1);
//! # }
//! ```
//!
//! The [guide] explains how to use the crate, chapter by chapter.
//!
//! [guide]: https://github.com/request-arena/request-arena/blob/main/docs/book/src/SUMMARY.md
//!
//! # Passing the arena on
//!
//! [`Arena<'a>`](Arena) is a unique handle. It can move to another thread, but it cannot be shared
//! or cloned. Its methods return `&'a mut T`, which borrows from the request and not from the
//! handle. So a future can hold many such references across `.await`s and stay `Send`. Pass the
//! handle on like this:
//!
//! | To | As |
//! |---|---|
//! | a synchronous helper | `&Arena<'a>` |
//! | an `async` helper | `&mut Arena<'a>` |
//! | parallel work: `join!`, scoped threads, rayon | [`arena.fork()`](Arena::fork) |
//! | a collection that lives across `.await`s | a fork, by value: [`collections::owned`] |
//! | work that returns its memory early | [`arena.scope(..)`](Arena::scope), [`arena.scope_async(..)`](Arena::scope_async) |
//! | code that takes `&Bump` | [`arena.bump()`](Arena::bump), [`arena.into_bump()`](Arena::into_bump) |
//!
//! `arena.alloc(fetch().await)` borrows the handle before it awaits. Await first, then allocate.
//!
//! # Text and collections
//!
//! [`collections`] has `Vec`, `VecDeque`, `String`, hash tables, and the sorted
//! [`SortedMap`](collections::SortedMap) and [`SortedSet`](collections::SortedSet).
//! [`collect_in`](collections::CollectIn::collect_in) makes them from iterators.
//! [`into_arena_str`](text::String::into_arena_str) and
//! [`into_arena_slice`](collections::IntoArenaSlice::into_arena_slice) keep what a collection over
//! `&Arena` holds for the rest of the request, without a copy:
//!
//! ```
//! use request_arena::collections::{CollectIn, IntoArenaSlice, SortedSet, Vec};
//! use request_arena::{Arena, request_arena};
//!
//! /// The words in order, each once.
//! fn words<'a>(arena: &Arena<'a>, text: &str) -> &'a [&'a str] {
//!     let words = text.split(' ').map(|word| &*arena.alloc_lowercase(word));
//!     let sorted = words.collect_in::<SortedSet<_>>(arena);
//!     sorted.into_iter().collect_in::<Vec<_>>(arena).into_arena_slice(arena)
//! }
//!
//! #[request_arena]
//! fn index(arena: Arena<'_>, text: &str) -> usize {
//!     arena.alloc_join(words(&arena, text), ", ").len()
//! }
//!
//! assert_eq!(index("To be or not to be"), "be, not, or, to".len());
//! ```
//!
//! # Scopes without the macro
//!
//! [`scope`] and [`scope_async`] take a closure. [`RequestScope`] is a guard. A [`Site`] is the
//! static that collects a handler's figures.
//!
//! # Features
//!
//! | Feature | Effect |
//! |---|---|
//! | `axum`, `actix-web`, `poem`, `rocket`, `warp` | `into` takes the framework's response type, and what the framework turns into it |
//! | `serde` | [`Report`], [`text::String`] and the [`collections`] implement `Serialize` |
//! | `jemalloc` | `use_jemalloc!()`: jemalloc as the global allocator, heap coverage, its figures |
//! | `jemalloc-unprefixed` | the same, also for C libraries |
//! | `process` | anonymous memory, mapped files and page faults of the process (Linux) |
//! | `prometheus`, `metrics`, `opentelemetry` | all figures for these, under `telemetry` |
//! | `debug-page` | `/debug/arenas` for people, and its JSON, under `telemetry` |
//! | `tower` | `telemetry::layer()`: heap that requests take before and after their scopes |
//! | `testing` | assertions about memory for your own tests |
//! | `doctor` | `doctor::Doctor`: says what makes a service's memory grow, with evidence and a remedy |
//! | `doctor-mimalloc` | the doctor reads mimalloc 2 and 3, too |
//! | `heap-profile` | the doctor names the functions that allocate what grows, by jemalloc's profile |
//!
//! # Cost
//!
//! [`report()`] has all figures, and [`Settings`] bounds what the pool keeps. Counting takes no
//! lock and writes no cache line that another thread writes. An empty scope costs 2 ns more than a
//! thread-local pool of `Bump`s written by hand, and 7 ns more where the heap is measured.

#![forbid(unsafe_code)]

mod handler;
mod into;
#[cfg(all(
    doctest,
    feature = "actix-web",
    feature = "axum",
    feature = "debug-page",
    feature = "jemalloc",
    feature = "poem",
    feature = "prometheus"
))]
mod pages;

pub use bumpalo::Bump;
pub use request_arena_core::{
    Arena, ArenaError, Box, Bytes, Discarded, Exactness, HeapReport, Histogram, LiveScope,
    Nanoseconds, Outcome, Outcomes, PoolReport, Report, RequestScope, Settings, Site, SiteReport,
    allocator, collections, configure, format, handle, heap, maintain, report, scope, scope_async,
    send, text, trim, try_format, try_scope, try_scope_async,
};
#[cfg(feature = "doctor")]
pub use request_arena_telemetry::doctor;
#[cfg(feature = "process")]
pub use request_arena_telemetry::process;
#[cfg(feature = "testing")]
pub use request_arena_testing as testing;
#[cfg(feature = "jemalloc")]
pub use request_arena_telemetry::{jemalloc, use_jemalloc};

/// Exporters, the debug page, and readings of the memory around the arenas.
#[cfg(feature = "telemetry")]
pub mod telemetry {
    pub use request_arena_telemetry::*;
    #[cfg(feature = "testing")]
    pub use request_arena_testing as testing;
}

/// rocket: what a route returns that answers with what borrows from its arena.
#[cfg(feature = "rocket")]
pub mod rocket {
    pub use crate::into::rocket::Response;
}

/// Gives a function an arena for each call.
///
/// The attribute removes the arena parameter from the signature and opens a scope around the body.
/// Put it first, above other attributes, on a function, a method, or a whole `impl` block. The
/// arena is the parameter of type `Arena<..>` or `&Bump`. If its type is an alias, mark it with
/// `#[arena]`.
///
/// ```
/// use request_arena::{Arena, request_arena};
///
/// #[request_arena(name = "greet", limit = "64 KiB")]
/// fn greet(arena: Arena<'_>, name: &str) -> usize {
///     request_arena::format!(in arena, "hello {name}").len()
/// }
///
/// assert_eq!(greet("you"), 9);
/// ```
///
/// Without the macro, this is nearly the same:
///
/// ```
/// # use request_arena::{Site, scope};
/// fn greet(name: &str) -> usize {
///     static SITE: Site = Site::new("greet", module_path!(), file!(), line!()).with_limit(64 << 10);
///     scope(&SITE, |arena| request_arena::format!(in arena, "hello {name}").len())
/// }
/// ```
///
/// # Options
///
/// * `name = "search"`: the name in reports. The default is the function's name.
/// * `limit = "1 MiB"`: the most bytes of chunks that one request may take, with its forks and
///   child scopes. No path of allocation exceeds it. At the limit the `try_*` methods return
///   [`ArenaError`], and the others panic. The scope counts as `limit_exceeded`.
/// * `on_limit = EXPR`: what the function returns at the `limit`; see [below](#limits-that-answer).
/// * `soft_limit = "256 KiB"`: a scope with a higher peak is logged when it ends. Nothing is
///   refused.
/// * `initial = "64 KiB"`: room that each request starts with, in one chunk.
/// * `into = TYPE`: turns the body's result into `TYPE` inside the scope, so the body may return
///   what borrows from the arena. With the feature of a web framework, `TYPE` is the framework's
///   response, and the framework's own responders are turned. Text and bytes of the arena are
///   copied. Otherwise `Into` turns the result. Of a `Result`, both sides are turned. The guide has
///   a chapter on frameworks: `docs/book/src/frameworks.md`.
/// * `send = true`, `send = false`: whether the future must be `Send`; see
///   [below](#futures-that-are-send).
/// * `crate = path::to::request_arena`: where this crate is, if it has another name.
///
/// Sizes are texts with a unit (`"64 KiB"`, `"1.5 MB"`) or `const` expressions of type `usize`, in
/// bytes.
///
/// # Whole `impl` blocks
///
/// On an `impl` block, every method with an arena parameter gets a scope. The other methods stay as
/// they are. The options on the `impl` apply to each method, and a method's own
/// `#[request_arena(..)]` overrides them. Use this form with `#[async_trait]` and
/// `#[tonic::async_trait]`, which go below it. A helper that takes its caller's arena takes
/// `&Arena<'a>` or `&mut Arena<'a>`, or is in another `impl` block.
///
/// ```
/// # use request_arena::{Arena, request_arena};
/// trait Greeter {
///     async fn hello(&self, name: &str) -> usize;
///     fn is_open(&self) -> bool;
/// }
///
/// struct Polite;
///
/// #[request_arena(limit = "64 KiB")]
/// impl Greeter for Polite {
///     #[request_arena(name = "greeter hello")]
///     async fn hello(&self, arena: Arena<'_>, name: &str) -> usize {
///         let text = request_arena::format!(in arena, "hello {name}");
///         tokio::task::yield_now().await;
///         text.len()
///     }
///
///     fn is_open(&self) -> bool {
///         true
///     }
/// }
/// ```
///
/// # Functions that return a future
///
/// If a function ends with an `async` block, the scope is around the block and opens at the first
/// poll. The block may stand in `Box::pin(..)`, or be followed by methods such as `.boxed()` or
/// `.instrument(span)`. Code before the block runs at the call, without the arena.
///
/// ```
/// # use request_arena::{Arena, request_arena};
/// #[request_arena]
/// fn count(arena: Arena<'_>, text: &str) -> impl Future<Output = usize> + Send + use<> {
///     let owned = text.to_owned();
///     async move {
///         let words = arena.alloc_from_iter(owned.split(' '));
///         tokio::task::yield_now().await;
///         words.len()
///     }
/// }
/// ```
///
/// # Futures that are `Send`
///
/// A framework that runs handlers on several threads requires `Send` where the handler is
/// registered. Its error names neither the value nor the `.await`. With `send = true` the compiler
/// names both, at the function:
///
/// ```
/// # use request_arena::{Arena, request_arena};
/// # async fn fetch() -> u32 { 1 }
/// #[request_arena(send = true)]
/// async fn job(arena: Arena<'_>) -> u32 {
///     let number = fetch().await; // `arena.alloc(fetch().await)` would hold `&arena` at the `.await`
///     *arena.alloc(number)
/// }
/// ```
///
/// ```compile_fail
/// # use request_arena::{Arena, request_arena};
/// # async fn fetch() -> u32 { 1 }
/// #[request_arena(send = true)]
/// async fn job(arena: Arena<'_>) -> u32 {
///     *arena.alloc(fetch().await)
/// }
/// ```
///
/// It works for an `async fn`, for a function that returns an `async` block, and for closures, with
/// each other option and attribute. It costs nothing at run time. A function that returns no future
/// refuses it; on an `impl` it is for the methods that return one.
///
/// Left out, it is `true` for a handler of axum, and `false` else. A function is a handler of axum
/// if one of these holds:
///
/// * The path of a parameter's type begins with `axum::`.
/// * A parameter's type is called as an extractor of axum is (`Path`, `Query`, `State`, `Json`,
///   ..), and is one: the type decides, by axum's `FromRequest`, with the feature `axum`. A `Path`
///   of actix-web in the same workspace is not. `Option<Path<..>>` and `Result<Json<..>, ..>` count
///   too. `String`, `Bytes` and `HeaderMap` do not: write `send = true`.
/// * `#[debug_handler]` stands below. In debug builds that asks by itself, and in release builds
///   the attribute does.
///
/// A parameter under `#[cfg]` does not count. Generic functions, methods with `self`, and methods
/// of a generic `impl` are not asked: they may be `Send` for the types that axum gets, and not for
/// all. The attribute on a method does not see the `impl` around it, but for types that are called
/// `Self` or as parameters are (`T`, `S`, `DB`). Write `send = false` where it is wrong, as for a
/// task of a `LocalSet`.
///
/// # Limits that answer
///
/// Without `on_limit`, a request at its `limit` ends in a panic that says what was refused. With
/// it, the function returns the expression, or the closure's result for the [`ArenaError`]:
///
/// ```
/// # use request_arena::{Arena, ArenaError, request_arena};
/// #[request_arena(limit = "64 KiB", on_limit = Err(413))]
/// fn copy(arena: Arena<'_>, text: &str) -> Result<usize, u16> {
///     Ok(arena.alloc_str(text).len())
/// }
///
/// #[request_arena(limit = "64 KiB", on_limit = |error| Err(error.to_string()))]
/// async fn explain(arena: Arena<'_>, text: String) -> Result<usize, String> {
///     Ok(arena.alloc_str(&text).len())
/// }
///
/// let large = "x".repeat(100_000);
/// assert_eq!((copy("text"), copy(&large)), (Ok(4), Err(413)));
/// # let explained = tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(explain(large));
/// # assert!(explained.unwrap_err().starts_with("the arena of `explain` is at its limit: 100000 bytes requested"));
/// ```
///
/// In axum, write `on_limit = StatusCode::PAYLOAD_TOO_LARGE.into_response()` beside `into =
/// Response`.
///
/// * The expression has the type of the function's result, or `TYPE` with `into`. It may use
///   parameters that the body does not move, such as `&self`.
/// * The body is unwound: its variables are dropped, and no panic hook runs. With `panic = "abort"`
///   in the profile, the process ends as at any other panic.
/// * Any other panic goes on, also one of another request's arena.
/// * A *collection* over a raw `&Bump` aborts the process at the limit. Use `&arena` for
///   collections.
/// * The `try_*` methods return the error to the body, and `?` converts it.
///
/// # The arena's lifetime
///
/// If the arena's lifetime has a name, it is the function's own, and the outward function does not
/// have it:
///
/// ```
/// use request_arena::{Arena, request_arena};
///
/// struct Words<'a>(&'a [&'a str]);
///
/// impl From<Words<'_>> for String {
///     fn from(words: Words<'_>) -> Self {
///         words.0.join("-")
///     }
/// }
///
/// #[request_arena(into = String)]
/// fn hyphenate<'a>(arena: Arena<'a>, text: &str) -> Words<'a> {
///     Words(arena.alloc_from_iter(text.split(' ').map(|word| &*arena.alloc_str(word))))
/// }
///
/// assert_eq!(hyphenate("a b"), "a-b");
/// ```
///
/// A result that borrows from the arena says so by that name, or by `'_`: in `-> Hits`, with the
/// lifetime left out, it cannot be seen.
///
/// # What changes in the function
///
/// A function behaves as it does without the attribute: the body owns all parameters, and they are
/// dropped in the same order, on every way out. A future is at most 64 bytes larger. These things
/// differ:
///
/// * An `async fn` becomes a function that returns `impl Future<Output = ..>`, as the compiler
///   makes of it anyway. It stays an `async fn` if another attribute macro stands below
///   `#[request_arena]`, as `#[tracing::instrument]` does. Its future then has a second place for
///   the parameters.
/// * With `into`, an `async` block that a function returns has a second place for its captures: the
///   block that turns the result keeps the arena until then.
/// * The body of a function is a closure. That of a function with `#[track_caller]`, or with an
///   `impl Fn(..)` in its result, is not, so that locations and types reach it. An `Err` of such a
///   function counts as `returned`. With `into` or `on_limit` it has to be a closure, and
///   `#[track_caller]` is refused.
/// * Clippy's `needless_pass_by_value` is silent, since the body takes its parameters by value.
/// * Clippy's `missing_const_for_fn` and `unused_async` are silent, and so is `missing_errors_doc`
///   of an `async fn`. `too_many_arguments` does not count the arena.
/// * Clippy's `implicit_return` is silent, and so is `manual_async_fn` on a function that returns
///   an `async` block.
///
/// # How a scope ends
///
/// * `returned`: the body returns.
/// * `error`: the body returns `Err`, also by `?`. The type decides: a generic `T` that happens to
///   be a `Result`, `None`, and `ControlFlow::Break` count as `returned`.
/// * `panicked`: the body panics, or the drop of one of its parameters does.
/// * `cancelled`: the future is dropped before it is ready.
/// * `limit_exceeded`: the arena refuses memory, and the body ends because of that.
///
/// Each gives the arena back and is counted, see [`Outcome`].
///
/// # Errors at compile time
///
/// Memory that would outlive the request is refused in the compiler's own words: "`arena` does not
/// live long enough", at the line that lets it out. A wrong annotation is refused at the token that
/// is wrong.
pub use request_arena_macros::request_arena;

/// Gives a closure a request's arena: it is a closure without the arena parameter, and each call
/// opens a scope.
///
/// This is [`#[request_arena]`](macro@request_arena) for the closure that a router takes in place
/// of a function:
///
/// ```
/// use axum::extract::Path;
/// use axum::response::Response;
/// use axum::{Json, Router, routing::get};
/// use request_arena::{Arena, arena_handler};
///
/// let shelf = String::from("of the library");
/// let app: Router = Router::new()
///     .route(
///         "/words/{text}",
///         get(arena_handler!(name = "words", limit = "1 MiB", |arena, Path(text): Path<String>| async move {
///             let words = arena.alloc_from_iter(text.split(' '));
///             tokio::task::yield_now().await;
///             format!("{} {shelf}", words.len())
///         })),
///     )
///     .route(
///         "/hits/{text}",
///         get(arena_handler!(into = Response, async |arena: Arena<'_>, Path(text): Path<String>| {
///             Json(arena.alloc_from_iter(text.split(' ').map(|word| &*arena.alloc_str(word))))
///         })),
///     );
/// # drop(app);
/// ```
///
/// A closure without `async` is a function, or the callback of an iterator:
///
/// ```
/// use request_arena::arena_handler;
///
/// let lengths = ["to be", "or not"].map(arena_handler!(|arena, text: &str| arena.alloc_str(text).len()));
/// assert_eq!(lengths, [5, 6]);
/// ```
///
/// * The arena is the parameter of type `Arena<'_>` or `&Bump`, the one marked `#[arena]`, or else
///   an untyped `arena` or `_arena`, which is an `Arena<'_>`. The other parameters keep their
///   patterns and types.
/// * The options are those of the attribute, before the closure. Without `name`, figures are
///   reported as `closure at src/routes.rs:12`. A line moves with each edit: give a closure a
///   `name` that dashboards show.
/// * With a body that ends with an `async` block, the scope is around that block, and opens at the
///   first poll. What stands before the block runs at the call, without the arena.
/// * `async |arena, ..|` has its scope in the future, too. Its parameters have a second place
///   there.
/// * What the closure captures, it captures as it does without the macro, by `move` or by
///   reference. For axum it has to be `Clone`, `Send`, `Sync` and `'static`, and its future `Send`.
///
/// # Errors at compile time
///
/// They are those of the attribute: memory that would outlive the call, in its result, in a spawned
/// task, or in what the closure captures, is refused at the line that lets it out.
pub use request_arena_macros::arena_handler;

/// What `#[request_arena]` expands to. Not part of the public interface: it changes without notice.
#[doc(hidden)]
pub mod __private {
    pub use request_arena_core::expansion::*;

    /// Whose function a parameter's type is.
    pub mod handler {
        pub use crate::handler::{AnyParameter, AxumParameter, Parameter};
    }

    /// The ways from a body's result to the type that `into` names.
    pub mod into {
        pub use crate::into::ResponseWay;

        pub use request_arena_core::expansion::{PlainWay, ResultWay, Target};
    }
}
