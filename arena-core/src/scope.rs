//! Request scopes: a function that takes a closure, its `async` twin, and the guard under both and
//! under `#[request_arena]`.

use core::fmt;
use core::ops::AsyncFnOnce;

use crate::at_end::Panics;
use crate::expansion::{future, opened};
use crate::lease::Lease;
use crate::stats::Outcome;
use crate::visit::Visit;
use crate::{Arena, Site, local};

mod nested;

/// Runs `body` with an arena that is given back when it ends, whether it returns or panics.
///
/// ```
/// use request_arena_core::{Site, scope};
///
/// static SITE: Site = Site::new("greet", module_path!(), file!(), line!());
/// let length = scope(&SITE, |arena| arena.alloc_str("hello").len());
/// assert_eq!(length, 5);
/// ```
///
/// Its memory cannot leave the closure:
///
/// ```compile_fail
/// # use request_arena_core::{Site, scope};
/// # static SITE: Site = Site::new("leak", module_path!(), file!(), line!());
/// let text = scope(&SITE, |arena| arena.alloc_str("hello"));
/// ```
///
/// The scope counts as `returned`, whatever `R` is; [`try_scope`] counts `Err` as `error`.
pub fn scope<R>(site: &'static Site, body: impl FnOnce(Arena<'_>) -> R) -> R {
    run(site, body, |_| Outcome::Returned)
}

/// As [`scope`], for a body that can fail: `Err` is counted as `error`.
///
/// # Errors
///
/// The one that `body` returns.
pub fn try_scope<T, E>(
    site: &'static Site,
    body: impl FnOnce(Arena<'_>) -> Result<T, E>,
) -> Result<T, E> {
    run(site, body, outcome_of)
}

/// The `async` twin of [`scope`]. The future is `Send` if what `body` holds across its `.await`s
/// is.
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

/// The `async` twin of [`try_scope`].
///
/// # Errors
///
/// The one that `body` returns.
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
    let (visit, opener) = Visit::of_call(site);
    let mut open = opener.enter();
    let result = body(open.arena());
    visit.end_with(open, judge(&result));
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

/// The owner of a request's arena: the guard under [`scope`], [`scope_async`] and
/// `#[request_arena]`.
///
/// For code whose shape is not a closure's. Dropping it gives the arena back, on whatever thread;
/// forgetting it leaks the arena.
///
/// ```
/// use request_arena_core::{RequestScope, Site};
///
/// static SITE: Site = Site::new("by hand", module_path!(), file!(), line!());
/// let mut owner = RequestScope::enter(&SITE);
/// let arena = owner.arena();
/// assert_eq!(arena.alloc_str("hello").len(), 5);
/// drop(owner);
/// ```
pub struct RequestScope {
    open: OpenArena,
    /// Ends after the arena is closed, as fields do. `None` once another guard has taken both over.
    visit: Option<Visit>,
}

impl RequestScope {
    /// Opens a scope. It counts as `returned`, or `panicked` if it is dropped by a panic that began
    /// within it; see [`fail`](RequestScope::fail).
    #[inline]
    #[must_use = "the scope ends when the guard is dropped"]
    pub fn enter(site: &'static Site) -> Self {
        let (visit, opener) = Visit::of_guard(site);
        Self { open: opener.enter(), visit: Some(visit) }
    }

    /// Counts the scope as `error`.
    pub fn fail(&self) {
        if let Some(visit) = &self.visit {
            visit.fail();
        }
    }

    /// The same scope in another guard; this one ends nothing any more.
    fn take(&mut self) -> Self {
        Self { open: OpenArena { lease: self.open.lease.take() }, visit: self.visit.take() }
    }

    /// The handle. It borrows the guard mutably, so there is one at a time.
    #[inline]
    #[must_use]
    pub fn arena(&mut self) -> Arena<'_> {
        self.open.arena()
    }

    /// The arena as `&Bump`, for a handler that declares its parameter so.
    #[inline]
    #[must_use]
    pub fn bump(&mut self) -> &bumpalo::Bump {
        self.open.bump()
    }
}

impl Drop for RequestScope {
    #[inline(always)]
    fn drop(&mut self) {
        nested::wait(self);
    }
}

/// The owner of a scope's arena, without the visit around it: what the expansion of
/// `#[request_arena]` binds under the user's name.
pub struct OpenArena {
    /// `None` once it is closed.
    lease: Option<Box<Lease>>,
}

impl OpenArena {
    #[inline(always)]
    pub(crate) fn of(mut lease: Box<Lease>, site: &'static Site) -> Self {
        lease.open(site);
        Self { lease: Some(lease) }
    }

    /// The lease, if nothing was wanted of it but memory.
    #[inline(always)]
    pub(crate) fn take_simple(&mut self) -> Option<Box<Lease>> {
        self.lease.take_if(|lease| lease.is_simple())
    }

    /// Takes back what [`OpenArena::take_simple`] gave.
    #[cold]
    pub(crate) fn put_back(&mut self, lease: Box<Lease>) {
        self.lease = Some(lease);
    }

    /// The handle. It borrows the owner mutably, so there is one at a time.
    #[inline(always)]
    #[must_use]
    pub fn arena(&mut self) -> Arena<'_> {
        match &mut self.lease {
            Some(lease) => Arena::of(lease),
            None => unreachable!("it is closed last"),
        }
    }

    /// The arena as `&Bump`, for a handler that declares its parameter so.
    #[inline]
    #[must_use]
    pub fn bump(&mut self) -> &bumpalo::Bump {
        self.arena().into_bump()
    }
}

impl Drop for OpenArena {
    /// Closes the arena, and leaves it to its visit.
    #[inline(always)]
    fn drop(&mut self) {
        if let Some(lease) = self.lease.take() {
            if lease.is_simple() {
                local::park(lease);
            } else {
                close_in_full(lease);
            }
        }
    }
}

#[cold]
#[inline(never)]
fn close_in_full(lease: Box<Lease>) {
    let mut panics = Panics::default();
    let (lease, figures) = nested::end(&mut panics, |panics| lease.close(panics));
    lease.home().store(&figures);
    local::park(lease);
    panics.resume();
}

impl fmt::Debug for OpenArena {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let site = self.lease.as_deref().map(Lease::site);
        f.debug_struct("OpenArena").field("site", &site).finish_non_exhaustive()
    }
}

impl fmt::Debug for RequestScope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RequestScope").field("arena", &self.open).finish_non_exhaustive()
    }
}
