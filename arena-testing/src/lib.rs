//! Assertions about memory for a service's own tests: what a scope took at its highest, that it
//! asked the heap for nothing, that every arena came back, and that the process holds after twice
//! as many requests what it held before.
//!
//! ```
//! use request_arena_core::{Site, scope};
//! use request_arena_testing as testing;
//!
//! static SEARCH: Site = Site::new("search", module_path!(), file!(), line!());
//!
//! let watch = testing::watch();
//! scope(&SEARCH, |arena| arena.alloc_slice_fill_copy(3000, 1_u8).len());
//! watch.scope("search").peak_used_at_most("4 KiB");
//! watch.every_arena_is_back();
//! ```
//!
//! Each assertion panics in the manner of `assert!`, with what was asked and found, the site's name
//! and source line, and what to do next. None passes because there was nothing to look at: a scope
//! that never ran, or a heap that nobody counts, fails.
//!
//! # Whose scopes
//!
//! `cargo test` runs the tests of a file as threads of one process, so the figures of
//! [`report`](request_arena_core::report) are those of all of them. A [`Watch`] sees the scopes
//! that are *opened on its own thread* while it lives, wherever they end: under `#[test]` and the
//! usual `#[tokio::test]`, which polls its tasks on the test's thread, these are the test's own,
//! and what others do at the same time does not matter. Work on further threads is counted in if it
//! is handed a [`Handle`]: `std::thread::spawn(move || handle.run(..))`,
//! `tokio::spawn(handle.around(future))`, `Builder::on_thread_start(move || handle.adopt())`.
//!
//! Where that cannot be done, as with the worker threads of
//! `#[tokio::test(flavor = "multi_thread")]` and a real server on them, [`Watch::on_every_thread`]
//! counts every scope but those of other watches. Another test of the same process that runs the
//! same handlers at the same time without a watch is then taken for this one: run such tests under
//! `cargo nextest`, which gives each a process, or one at a time.
//!
//! While a watch is alive, each scope that ends takes a lock. Else nothing costs anything.

mod arenas;
mod failure;
mod log;
mod memory;
mod pause;
mod scopes;
mod size;
mod watch;

pub use memory::{Requests, Source, Steady, requests};
pub use scopes::Scopes;
pub use size::Size;
pub use watch::{Around, Handle, Watch, watch};
