//! Runs the same code on several global allocators, each in a child process.
//!
//! A process has one global allocator, so a program that compares allocators needs one *worker*
//! for each. `benches/peers` and `examples/failure-lab` share this package. The program uses these
//! parts:
//!
//! * [`Allocator`]: the allocators that there are,
//! * [`build()`]: builds a worker with one of them,
//! * [`Process`]: a worker that runs, and the messages that it exchanges with the program.
//!
//! The worker uses these:
//!
//! * [`Installed`]: the allocator that the worker really has,
//! * [`messages`]: the worker's end of the exchange.
//!
//! Programs that write their results into a document share [`places`].
//!
//! A worker is a package with the features `jemalloc`, `mimalloc-2` and `mimalloc-3`. It passes
//! them on to this package and declares the `#[global_allocator]`. None of the features is on by
//! default, as `cargo test --workspace` adds up the features of all packages.

#![forbid(unsafe_code)]

mod allocator;
mod build;
mod installed;
pub mod messages;
pub mod places;
mod process;

pub use self::allocator::Allocator;
pub use self::build::{Build, Worker, build, cargo};
pub use self::installed::{HeapReading, Installed};
#[cfg(not(feature = "jemalloc"))]
pub use self::installed::{SELECTED, Selected};
pub use self::process::{Process, ReceiveError};
