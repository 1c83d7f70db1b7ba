//! Small services, each with one cause of growing memory or bad latency, and what the doctor finds.
//!
//! A process has one global allocator. So `cargo run --release -p failure-lab -- all` builds one
//! *worker* for each allocator, runs every service in a process of its own, and compares the
//! service's failure with the doctor's diagnosis. The parts, from the bottom:
//!
//! * `table`: the services, the failure of each, and the allocators on which it has that failure,
//! * `service`: what services share: drawn sizes and rates, threads, requests, phases, the doctor,
//! * `programs`: the services, a file each,
//! * `protocol` and `worker`: a worker's messages, and its `main`,
//! * `run`: builds, starts and watches the workers,
//! * `matrix`, `picture`, `guide`, `output` and `cli`: the results for people, for documents, and
//!   as an exit code.

#![deny(unsafe_code)]

pub mod cli;
mod guide;
mod matrix;
mod output;
mod picture;
mod programs;
mod protocol;
mod run;
mod service;
mod table;
pub mod worker;
