//! The pool: arenas between two scopes. What serves a scope is looked for in the thread's own
//! places, on its shelf, on the shared shelf; and made if there is none.
//!
//! Tasks move between threads, so a thread can end more scopes than it opened: what is too much for
//! its shelf goes to the shared one, from which an empty one is served. What lies on others'
//! shelves is dearer to look for than a small arena is to make; for a large one (above 64 KiB) it
//! is worth it. **Invariant:** a large first chunk is asked for only if, at one moment, no arena
//! that fits was on any shelf.
//!
//! How much is kept follows from what is used:
//!
//! * an arena that had to grow in its scope is kept if it is no larger than what its site needed
//!   lately (see [`learner`]). One that did not was the pool's before, whatever this thread knows
//!   of the site, and goes back,
//! * what nobody used for the time of [`decay`](crate::Settings::decay) is freed, idle or not,
//! * all of it together comes to at most [`retain_bytes`](crate::Settings::retain_bytes).

pub(crate) mod fits;
pub(crate) mod learner;
pub(crate) mod places;
pub(crate) mod report;
pub(crate) mod shelf;
