//! The guard: it owns a request's arena where a closure does not fit.

use core::fmt;

use super::nested;
use super::open_arena::OpenArena;
use super::run::ScopeRun;
use crate::arena::handle::Arena;
use crate::site::Site;

/// A guard that owns a request's arena, for code that cannot use a closure.
///
/// Where a closure fits, use [`scope()`](crate::scope()), [`scope_async()`](crate::scope_async())
/// or `#[request_arena]`. Dropping the guard resets the arena and returns it to the pool, on any
/// thread. Forgetting the guard leaks the arena.
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
    /// Ends after the arena is closed, because fields are dropped in order. `None` once another
    /// guard has taken over.
    run: Option<ScopeRun>,
}

impl RequestScope {
    /// Opens a scope.
    ///
    /// The scope counts as `returned`, or as `panicked` if a panic that began within it drops the
    /// guard. Call [`fail`](RequestScope::fail) to count it as `error`.
    #[inline]
    #[must_use = "the scope ends when the guard is dropped"]
    pub fn enter(site: &'static Site) -> Self {
        let (run, token) = ScopeRun::of_guard(site);
        Self { open: token.enter(), run: Some(run) }
    }

    /// Counts the scope as `error`. The scope stays open.
    pub fn fail(&self) {
        if let Some(run) = &self.run {
            run.fail();
        }
    }

    /// Moves the scope to another guard. Dropping `self` then ends nothing.
    fn take(&mut self) -> Self {
        Self { open: self.open.take(), run: self.run.take() }
    }

    /// Returns the arena's handle. It borrows the guard mutably, so only one exists at a time.
    #[inline]
    #[must_use]
    pub fn arena(&mut self) -> Arena<'_> {
        self.open.arena()
    }

    /// Returns the arena as `&Bump`, for a handler that declares its parameter with this type.
    #[inline]
    #[must_use]
    pub fn bump(&mut self) -> &bumpalo::Bump {
        self.open.bump()
    }
}

impl Drop for RequestScope {
    #[inline(always)]
    fn drop(&mut self) {
        if nested::is_deep() {
            nested::wait(|| self.take());
        }
    }
}

impl fmt::Debug for RequestScope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RequestScope").field("arena", &self.open).finish_non_exhaustive()
    }
}

/// The bound that would make [`RequestScope`] `Sync`. No type implements it.
///
/// Instead, one owner keeps the scope, and each thread gets a [`fork`](Arena::fork) of its arena.
#[diagnostic::on_unimplemented(
    message = "the arena of a `RequestScope` cannot be shared between threads",
    label = "another thread could use the arena at the same time",
    note = "move the scope into one task, without `Arc`",
    note = "or keep the scope, and give each thread a fork: \
            `let arena = scope.arena(); let fork = arena.fork();`"
)]
pub trait KeepTheScopeAndForkItsArena {}

// SAFETY: rule 1 (handle.rs): the bound never holds. No type implements the trait, and no other
// crate can implement it for a type of this crate. The lifetime is there because the compiler
// refuses a bound without parameters.
unsafe impl Sync for RequestScope where for<'s> &'s RequestScope: KeepTheScopeAndForkItsArena {}
