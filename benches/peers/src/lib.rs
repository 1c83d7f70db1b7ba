//! Compares request-arena with other arenas and allocators: the same workloads, side by side, in
//! one run.
//!
//! A process has one global allocator. So the program `peers` (`cargo run --release -p peers`)
//! builds one *worker* for each allocator, and asks them in rounds for one short measurement after
//! the other. The parts, from the bottom:
//!
//! * [`protocol`]: the messages between the program and its workers,
//! * [`memory`]: the work of a request with its memory, written once for all candidates,
//! * [`candidates`]: each crate's own way of serving a request, and the heap's,
//! * [`heap_search`]: the search service on std collections,
//! * `service`: that and search-server's own, in-process and over sockets,
//! * [`workloads`]: the measured work, a file each,
//! * [`worker`]: `main` of the worker,
//! * [`run`]: the program: workers, rounds, figures, goals, the table.

#![forbid(unsafe_code)]

pub mod candidates;
pub mod heap_search;
pub mod memory;
pub mod protocol;
mod resident;
pub mod run;
pub(crate) mod service;
pub mod worker;
pub mod workloads;
