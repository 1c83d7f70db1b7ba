//! Request scopes: functions that take a closure, their `async` variants, and the parts that they
//! share with `#[request_arena]`.

use core::ops::AsyncFnOnce;

use self::future::{future, opened};
use self::run::ScopeRun;
use crate::arena::handle::Arena;
use crate::figures::stats::Outcome;
use crate::site::Site;

mod event;
pub(crate) mod future;
pub(crate) mod guard;
mod nested;
pub(crate) mod open_arena;
pub(crate) mod prepared;
pub(crate) mod run;

/// Runs `body` with an arena. When `body` returns or panics, the arena is reset and returns to the
/// pool.
///
/// ```
/// use request_arena_core::{Site, scope};
///
/// static SITE: Site = Site::new("greet", module_path!(), file!(), line!());
/// let length = scope(&SITE, |arena| arena.alloc_str("hello").len());
/// assert_eq!(length, 5);
/// ```
///
/// Memory of the arena cannot leave the closure:
///
/// ```compile_fail
/// # use request_arena_core::{Site, scope};
/// # static SITE: Site = Site::new("leak", module_path!(), file!(), line!());
/// let text = scope(&SITE, |arena| arena.alloc_str("hello"));
/// ```
///
/// The scope counts as `returned` for any `R`. Use [`try_scope`] to count `Err` as `error`.
pub fn scope<R>(site: &'static Site, body: impl FnOnce(Arena<'_>) -> R) -> R {
    run(site, body, |_| Outcome::Returned)
}

/// Like [`scope`], but for a body that returns a `Result`. The scope counts as `error` for `Err`.
///
/// # Errors
///
/// Returns the error of `body`.
pub fn try_scope<T, E>(
    site: &'static Site,
    body: impl FnOnce(Arena<'_>) -> Result<T, E>,
) -> Result<T, E> {
    run(site, body, outcome_of)
}

/// The `async` variant of [`scope`]. The future is `Send` if all values that `body` holds across an
/// `.await` are.
///
/// ```
/// use request_arena_core::{Site, scope_async};
///
/// # async fn fetch() -> u32 { 42 }
/// # fn spawn(_: impl Future<Output = u32> + Send) {}
/// static SITE: Site = Site::new("fetch", module_path!(), file!(), line!());
/// spawn(scope_async(&SITE, async |arena| {
///     let number = arena.alloc(0);
///     *number += fetch().await;
///     *number
/// }));
/// ```
pub fn scope_async<R>(
    site: &'static Site,
    body: impl AsyncFnOnce(Arena<'_>) -> R,
) -> impl Future<Output = R> {
    run_async(site, body, |_| Outcome::Returned)
}

/// The `async` variant of [`try_scope`].
///
/// # Errors
///
/// Returns the error of `body`.
pub fn try_scope_async<T, E>(
    site: &'static Site,
    body: impl AsyncFnOnce(Arena<'_>) -> Result<T, E>,
) -> impl Future<Output = Result<T, E>> {
    run_async(site, body, outcome_of)
}

#[inline]
fn run<R>(
    site: &'static Site,
    body: impl FnOnce(Arena<'_>) -> R,
    judge: impl FnOnce(&R) -> Outcome,
) -> R {
    let (run, token) = ScopeRun::of_call(site);
    let mut open = token.enter();
    let result = body(open.arena());
    run.end_with(open, judge(&result));
    result
}

fn run_async<R>(
    site: &'static Site,
    body: impl AsyncFnOnce(Arena<'_>) -> R,
    judge: impl Fn(&R) -> Outcome,
) -> impl Future<Output = R> {
    let run = async move {
        let mut open = opened();
        body(open.arena()).await
    };
    future(site, run, judge)
}

fn outcome_of<T, E>(result: &Result<T, E>) -> Outcome {
    if result.is_ok() { Outcome::Returned } else { Outcome::Error }
}
