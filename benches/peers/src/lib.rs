//! What could be used instead of request-arena, beside it: the same workloads, side by side, in one
//! run.
//!
//! The program `peers` (`cargo run --release -p peers`) builds one *worker* for each global
//! allocator, as a process has only one, and asks them for one short measurement after another, in
//! rounds. The parts, from the bottom:
//!
//! * [`protocol`]: what the program and its workers say to each other,
//! * [`memory`]: what a request does with its memory, written once for all candidates,
//! * [`candidates`]: each crate's own way of serving a request, and the heap's,
//! * [`heap_search`]: the search service on std collections,
//! * `service`: that and search-server's own, in-process and over sockets,
//! * [`workloads`]: what is measured, a file each,
//! * [`worker`]: the other end of the protocol: `main` of each worker,
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
