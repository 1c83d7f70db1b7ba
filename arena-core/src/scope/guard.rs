//! The guard: the owner of a request's arena, for code that has no closure.

use core::fmt;

use super::nested;
use super::open_arena::OpenArena;
use super::run::ScopeRun;
use crate::arena::handle::Arena;
use crate::site::Site;

/// The owner of a request's arena: the guard under [`scope()`](crate::scope()),
/// [`scope_async()`](crate::scope_async()) and `#[request_arena]`.
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
    run: Option<ScopeRun>,
}

impl RequestScope {
    /// Opens a scope. It counts as `returned`, or `panicked` if it is dropped by a panic that began
    /// within it; see [`fail`](RequestScope::fail).
    #[inline]
    #[must_use = "the scope ends when the guard is dropped"]
    pub fn enter(site: &'static Site) -> Self {
        let (run, token) = ScopeRun::of_guard(site);
        Self { open: token.enter(), run: Some(run) }
    }

    /// Counts the scope as `error`.
    pub fn fail(&self) {
        if let Some(run) = &self.run {
            run.fail();
        }
    }

    /// Moves the scope to another guard; this one ends nothing any more.
    fn take(&mut self) -> Self {
        Self { open: self.open.take(), run: self.run.take() }
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

/// What `&RequestScope` would need for a [`RequestScope`] to be `Sync`. No type has it.
///
/// One owner keeps the scope, and each thread gets a [`fork`](Arena::fork) of its arena.
#[diagnostic::on_unimplemented(
    message = "the arena of a `RequestScope` cannot be shared between threads",
    label = "another thread could use the arena at the same time",
    note = "move the scope into one task, without `Arc`",
    note = "or keep the scope, and give each thread a fork: `let arena = scope.arena(); let fork = arena.fork();`"
)]
pub trait KeepTheScopeAndForkItsArena {}

// SAFETY: rule 1 (handle.rs): the bound never holds, since no type implements the trait, and no
// other crate can implement it for a type of this one. The lifetime is there because the compiler
// refuses a bound that depends on nothing.
unsafe impl Sync for RequestScope where for<'s> &'s RequestScope: KeepTheScopeAndForkItsArena {}
