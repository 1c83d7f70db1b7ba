//! The documentation of the two macros: `#[request_arena]` and `arena_handler!`.

/// Gives each call of a function its own arena.
///
/// The attribute removes the arena parameter from the signature and opens a scope around the body.
/// Put it above other attributes, on a function, a method, or a whole `impl` block. The arena is
/// the parameter of type `Arena<..>` or `&Bump`. If its type is an alias, mark the parameter with
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
/// Without the macro, this function is nearly the same:
///
/// ```
/// # use request_arena::{Site, scope};
/// static SITE: Site = Site::new("greet", module_path!(), file!(), line!()).with_limit(64 << 10);
///
/// fn greet(name: &str) -> usize {
///     scope(&SITE, |arena| request_arena::format!(in arena, "hello {name}").len())
/// }
/// ```
///
/// # Options
///
/// | Option | Effect |
/// |---|---|
/// | `name = "search"` | The name in reports. The default is the function's name. |
/// | `limit = "1 MiB"` | The maximum bytes of chunks for one request, including its forks and child scopes. No allocation exceeds it. At the limit, the `try_*` methods return [`ArenaError`], and the others panic. The outcome is `limit_exceeded`. |
/// | `limit_mode = "measure"` | The limit refuses nothing. [`SiteReport::over_limit`](crate::SiteReport::over_limit) counts the requests that it would refuse. The default is `"enforce"`. |
/// | `on_limit = EXPR` | The result of the function at the `limit`, or at the [budget](crate::Settings::budget) of the service; see [below](#limits). |
/// | `on_reject = EXPR` | The answer to a request that does not parse; see [below](#parameters-that-are-parsed). |
/// | `soft_limit = "256 KiB"` | A warning is logged when a scope with a higher peak ends. Nothing is refused. |
/// | `initial = "64 KiB"` | The size of the first chunk of each request. |
/// | `into = TYPE` | Converts the body's result to `TYPE` before the arena ends; see [below](#results-that-borrow). |
/// | `send = true`, `send = false` | Whether the future must be `Send`; see [below](#futures-that-are-send). |
/// | `crate = path::to::request_arena` | The path of this crate, if it has another name. |
///
/// A size is text with a unit (`"64 KiB"`, `"1.5 MB"`), or a `const` expression of type `usize` in
/// bytes.
///
/// # Results that borrow
///
/// With `into`, the body may return a value that borrows from the arena:
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
/// `Into` converts the result. With the feature of a web framework, `TYPE` may be the framework's
/// response type. `into` then converts the framework's own responders, and copies text and bytes of
/// the arena. It converts both sides of a `Result`. The guide's page [Frameworks] has an example
/// for each framework.
///
/// If the arena's lifetime has a name, it belongs to the function alone: callers do not see it.
/// Write that name, or `'_`, in a result type that borrows. The attribute cannot see an elided
/// lifetime, as in `-> Hits`.
///
/// # Parameters that are parsed
///
/// `#[json]`, `#[form]` and `#[query]` mark a parameter that the scope parses, before the body.
/// They need the feature `json`. Callers pass an extractor in its place, which holds bytes:
/// [`JsonBody`], [`FormBody`] or [`QueryString`]. With the feature of a web framework, it is an
/// extractor of that framework.
///
#[cfg_attr(feature = "json", doc = "```")]
#[cfg_attr(not(feature = "json"), doc = "```ignore")]
/// use request_arena::extract::{JsonBody, Rejection};
/// use request_arena::{Arena, DeserializeIn, request_arena};
///
/// #[derive(DeserializeIn)]
/// struct Order<'a> {
///     customer: &'a str,
///     prices: &'a [u32],
/// }
///
/// #[request_arena]
/// fn total(arena: Arena<'_>, #[json] order: Order<'_>) -> Result<u32, Rejection> {
///     Ok(order.prices.iter().sum())
/// }
///
/// assert_eq!(total(JsonBody::new(r#"{"customer": "Ann", "prices": [1, 2]}"#)).unwrap(), 3);
/// let rejection = total(JsonBody::new(r#"{"customer": "Ann", "prices": [true]}"#)).unwrap_err();
/// assert_eq!(rejection.path(), Some("prices[0]"));
/// ```
///
/// * The type implements [`DeserializeIn`]. It borrows from the arena: write `'_`, or the arena's
///   lifetime.
/// * The extractor of a body becomes the last parameter, since axum requires that. A handler reads
///   one body, so it has no second parameter such as `Bytes`, `String` or axum's `Json`.
/// * The parameter keeps its pattern and its other attributes.
/// * `on_limit` answers a body beyond the `limit`. Without `on_limit`, the client gets the status
///   413, or 503 at the [budget](crate::Settings::budget).
///
/// A request that does not parse is a [`Rejection`]. It is answered by the first of these that the
/// function has:
///
/// 1. `on_reject = EXPR`: a closure, or a function, that takes the [`Rejection`] and returns the
///    type that callers get. It may use `self`, and no other parameter.
/// 2. `into = TYPE`, where `TYPE` is the response type of a web framework. The answer has the
///    status of that framework's own extractor. Any other `TYPE` implements `From<Rejection>`.
/// 3. A result type `Result<_, E>` with `E: From<Rejection>`.
///
/// With `into`, the outcome of such a request is `error`. Otherwise the type of the answer decides.
///
/// # Limits
///
/// Without `on_limit`, a request at its `limit` panics. The message names the bytes that were
/// refused. With `on_limit`, the function returns the value of the expression. A closure receives
/// the [`ArenaError`]:
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
/// # let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
/// # let error = runtime.block_on(explain(large)).unwrap_err();
/// # assert!(error.contains("100000 bytes requested"), "{error}");
/// ```
///
/// In axum, import `axum::response::IntoResponse`, and write
/// `on_limit = StatusCode::PAYLOAD_TOO_LARGE.into_response()` beside `into = Response`.
///
/// * The expression has the type of the function's result, or `TYPE` with `into`. It may use
///   parameters that the body does not move, such as `&self`.
/// * At the limit, the body unwinds: its variables are dropped, and no panic hook runs. With
///   `panic = "abort"` in the profile, the process aborts, as at any other panic.
/// * All other panics continue to the caller, including a panic at the limit of another request's
///   arena.
/// * A *collection* over a raw `&Bump` aborts the process at the limit. Use `&arena` for
///   collections.
/// * The `try_*` methods return the error to the body, where `?` can convert it.
/// * [`ArenaError::refused_by`](crate::ArenaError::refused_by) says whether the limit refused, or
///   the [budget](crate::Settings::budget) of the service. `on_limit` answers both, and needs no
///   `limit` for the budget.
///
/// # Whole `impl` blocks
///
/// On an `impl` block, every method with an arena parameter gets a scope. The other methods do not
/// change. The options on the `impl` apply to each method, and a method's own
/// `#[request_arena(..)]` overrides them. Use this form above `#[async_trait]` and
/// `#[tonic::async_trait]`.
///
/// A helper that uses its caller's arena takes `&Arena<'a>` or `&mut Arena<'a>`, or is in another
/// `impl` block.
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
/// poll. You may wrap the block in `Box::pin(..)`, and call methods such as `.boxed()` or
/// `.instrument(span)` on it. Code before the block runs when the function is called, without the
/// arena.
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
/// registered. The error there names neither the value nor the `.await`. With `send = true`, the
/// compiler names both, in the function:
///
/// ```
/// # use request_arena::{Arena, request_arena};
/// # async fn fetch() -> u32 { 1 }
/// #[request_arena(send = true)]
/// async fn job(arena: Arena<'_>) -> u32 {
///     let number = fetch().await; // Await first, then allocate.
///     *arena.alloc(number)
/// }
/// ```
///
/// ```compile_fail
/// # use request_arena::{Arena, request_arena};
/// # async fn fetch() -> u32 { 1 }
/// #[request_arena(send = true)]
/// async fn job(arena: Arena<'_>) -> u32 {
///     *arena.alloc(fetch().await) // The future holds `&arena` at the `.await`.
/// }
/// ```
///
/// The option works for an `async fn`, for a function that returns an `async` block, and for
/// closures, together with all other options. It costs nothing at run time. On a function that
/// returns no future, it is a compile error. On an `impl`, it applies to the methods that return a
/// future.
///
/// The default is `true` for an axum handler and `false` otherwise. A function is an axum handler
/// if one of these is true:
///
/// * The path of a parameter's type begins with `axum::`.
/// * A parameter's type has the name of an axum extractor (`Path`, `Query`, `State`, `Json`, ..),
///   and axum's `FromRequest` is implemented for it. This needs the feature `axum`. A `Path` of
///   actix-web in the same workspace does not count. `Option<Path<..>>` and `Result<Json<..>, ..>`
///   count. `String`, `Bytes` and `HeaderMap` do not: write `send = true`.
/// * A parameter has `#[json]`, `#[form]` or `#[query]`, and `into` names axum's `Response`.
/// * `#[debug_handler]` is below the attribute. In debug builds, `#[debug_handler]` itself checks
///   `Send`. In release builds, this attribute does.
///
/// The default is always `false` for generic functions, for methods with `self`, and for methods of
/// a generic `impl`. Their futures may be `Send` only for the types that axum uses. A parameter
/// under `#[cfg]` does not count. An attribute on a method cannot see the `impl` around it. It
/// assumes that names such as `Self`, `T`, `S` and `DB` are type parameters of the `impl`.
///
/// Write `send = false` where the default is wrong, as for a task of a `LocalSet`.
///
/// # Outcomes
///
/// A scope ends with one of these outcomes. After each, the arena returns to the pool and the
/// outcome is counted. See [`Outcome`].
///
/// * `returned`: the body returns.
/// * `error`: the body returns `Err`, also through `?`. The type decides: `None`,
///   `ControlFlow::Break`, and a generic `T` that happens to be a `Result` count as `returned`.
/// * `panicked`: the body panics, or the drop of one of its parameters panics.
/// * `cancelled`: the future is dropped before it is ready.
/// * `limit_exceeded`: the arena refuses memory, and the body ends for that reason.
///
/// # Differences from the plain function
///
/// The body owns all parameters. It drops them in the same order as without the attribute, on
/// every exit path. A future is at most 64 bytes larger, and 80 with `into`. These
/// things differ:
///
/// * An `async fn` becomes a function that returns `impl Future<Output = ..>`, which callers cannot
///   distinguish. It stays an `async fn` if another attribute macro is below `#[request_arena]`,
///   such as `#[tracing::instrument]`. Its future then stores the parameters twice.
/// * With `into`, an `async` block that a function returns stores its captures twice. An outer
///   block keeps the arena until the result is converted.
/// * The macro moves the body of a function into a closure. It does not do so for functions with
///   `#[track_caller]` or an `impl Fn(..)` in the result, so that locations and types reach the
///   body. An `Err` of such a function counts as `returned`. `into` and `on_limit` need the
///   closure, and refuse `#[track_caller]`.
/// * Clippy does not report `needless_pass_by_value`, `missing_const_for_fn`, `unused_async` and
///   `implicit_return` for the function. It does not report `missing_errors_doc` for an `async fn`,
///   or `manual_async_fn` for a function that returns an `async` block. `too_many_arguments` does
///   not count the arena.
///
/// # Errors at compile time
///
/// The compiler itself refuses memory that would outlive the request: "`arena` does not live long
/// enough", at the line where the memory escapes. The macro reports a mistake in the annotation at
/// the token that causes it.
/// The guide's page [Escape errors] lists every message with its repair.
///
/// [`ArenaError`]: crate::ArenaError
/// [`DeserializeIn`]: https://docs.rs/request-arena/latest/request_arena/trait.DeserializeIn.html
/// [`FormBody`]: https://docs.rs/request-arena/latest/request_arena/extract/struct.FormBody.html
/// [`JsonBody`]: https://docs.rs/request-arena/latest/request_arena/extract/struct.JsonBody.html
/// [`QueryString`]: https://docs.rs/request-arena/latest/request_arena/extract/struct.QueryString.html
/// [`Rejection`]: https://docs.rs/request-arena/latest/request_arena/extract/struct.Rejection.html
/// [`Outcome`]: crate::Outcome
/// [Frameworks]: https://github.com/request-arena/request-arena/blob/main/docs/book/src/frameworks.md
/// [Escape errors]: https://github.com/request-arena/request-arena/blob/main/docs/book/src/escape-errors.md
pub use request_arena_macros::request_arena;

/// Gives each call of a closure its own arena.
///
/// This is [`#[request_arena]`](macro@crate::request_arena) for closures. The result is a closure
/// without the arena parameter. A router takes it in place of a function:
///
/// ```
/// use axum::extract::Path;
/// use axum::response::Response;
/// use axum::{Json, Router, routing::get};
/// use request_arena::{Arena, arena_handler};
///
/// let shelf = String::from("in the library");
/// let count = arena_handler!(name = "count", limit = "1 MiB", |arena, Path(text): Path<String>| {
///     async move {
///         let words = arena.alloc_from_iter(text.split(' '));
///         tokio::task::yield_now().await;
///         format!("{} {shelf}", words.len())
///     }
/// });
/// let words = arena_handler!(
///     name = "words",
///     into = Response,
///     async |arena: Arena<'_>, Path(text): Path<String>| {
///         Json(arena.alloc_from_iter(text.split(' ').map(|word| &*arena.alloc_str(word))))
///     }
/// );
/// let app: Router =
///     Router::new().route("/count/{text}", get(count)).route("/words/{text}", get(words));
/// # drop(app);
/// ```
///
/// A closure without `async` can be the callback of an iterator:
///
/// ```
/// use request_arena::arena_handler;
///
/// let length = arena_handler!(|arena, text: &str| arena.alloc_str(text).len());
/// assert_eq!(["to be", "or not"].map(length), [5, 6]);
/// ```
///
/// * **The arena** is the parameter of type `Arena<'_>` or `&Bump`, or the one marked `#[arena]`.
///   Otherwise it is the untyped parameter with the name `arena` or `_arena`. The other parameters
///   keep their patterns and types.
/// * **The options** are those of the attribute, before the closure. Give a closure a `name` if a
///   dashboard shows it. Without `name`, reports name it `closure at src/routes.rs:12`, and the
///   line changes with each edit.
/// * **A body that ends with an `async` block** has its scope around that block. The scope opens at
///   the first poll. Code before the block runs when the closure is called, without the arena.
/// * **`async |arena, ..|`** has its scope in the future, too. Its future stores the parameters
///   twice.
/// * **Captures** work as without the macro, by `move` or by reference. axum requires a closure
///   that is `Clone`, `Send`, `Sync` and `'static`, with a future that is `Send`.
///
/// # Errors at compile time
///
/// The compiler refuses memory that would outlive the call: in its result, in a spawned task, or in
/// a captured variable. The error is at the line where the memory escapes, as for the attribute.
pub use request_arena_macros::arena_handler;
