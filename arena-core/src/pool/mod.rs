//! The pool: empty arenas that wait for a scope.
//!
//! A scope looks for an arena in the thread's own places, then on the thread's shelf, then on the
//! shared shelf. If none fits, it allocates a new arena.
//!
//! Tasks move between threads, so a thread can end more scopes than it opens. Arenas that do not
//! fit on its shelf move to the shared shelf, which serves threads with an empty one. Searching the
//! shelves of other threads costs more than allocating a small arena. For a large arena, above 64
//! KiB, the search pays off.
//!
//! **Invariant:** the pool allocates a large first chunk only if, at one moment, no shelf holds an
//! arena that fits.
//!
//! The pool sizes itself from recent use:
//!
//! - It keeps an arena that grew in its scope if the arena is no larger than its site needed
//!   lately, see [`learner`]. An arena that did not grow came from the pool and returns to it, even
//!   if this thread knows nothing about the site.
//! - It frees arenas that were not used for [`decay`](crate::Settings::decay), also on idle
//!   threads.
//! - It retains at most [`retain_bytes`](crate::Settings::retain_bytes) in total.

pub(crate) mod fits;
pub(crate) mod learner;
pub(crate) mod places;
pub(crate) mod report;
pub(crate) mod shelf;
