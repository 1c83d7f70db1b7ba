//! Assertions about memory for a service's own tests.
//!
//! They check five things:
//!
//! * the peak of a scope is at most a given size,
//! * a scope allocates nothing from the heap,
//! * the future of a handler is small,
//! * every arena is given back,
//! * memory does not grow with the number of requests.
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
//! A failed assertion panics as `assert!` does. The message has the expected and the actual figure,
//! the handler's name and source line, and the next step. An assertion also fails if it has nothing
//! to check: if no scope ran, or if the heap is not measured.
//!
//! The facade re-exports this package as `request_arena::testing`, under the feature `testing`.
//!
//! # Which scopes a test sees
//!
//! `cargo test` runs the tests of a file as threads of one process, so
//! [`report`](request_arena_core::report) has the figures of all of them. A [`Watch`] sees the
//! scopes that open *on its own thread* while it lives, wherever they end. Under `#[test]` and the
//! usual `#[tokio::test]`, which polls its tasks on the test's thread, these are the test's own
//! scopes. Other tests that run at the same time do not matter.
//!
//! A [`Handle`] adds work on other threads: `std::thread::spawn(move || handle.run(..))`,
//! `tokio::spawn(handle.around(future))`, `Builder::on_thread_start(move || handle.adopt())`.
//!
//! Some work cannot carry a handle, such as the worker threads of
//! `#[tokio::test(flavor = "multi_thread")]` and a real server on them. For these,
//! [`Watch::on_every_thread`] counts every scope except those of other watches. It also counts the
//! scopes of another test that runs the same handlers at the same time without a watch. Run such
//! tests one at a time, or under `cargo nextest`, which gives each test a process.
//!
//! While a watch is alive, each scope that ends takes a lock. Otherwise there is no cost.
//!
//! # Features
//!
//! `jemalloc`: heap allocations and live bytes are exact, if jemalloc is the tests' global
//! allocator.

#![cfg_attr(docsrs, feature(doc_cfg))]
#![forbid(unsafe_code)]

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
