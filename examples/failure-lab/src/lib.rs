//! Small services, each with one thing that makes memory or latency look bad, and what the doctor
//! says of them.
//!
//! `cargo run --release -p failure-lab -- all` builds one *worker* for each global allocator, as a
//! process has only one, runs every service in a process of its own, and compares what it is with
//! what the doctor says. The parts, from the bottom:
//!
//! * `table`: which services there are, what each really is, and on which allocators, with the
//!   reason,
//! * `service`: what they have in common: a draw of sizes and rates, threads, requests at a rate,
//!   phases, the doctor,
//! * `programs`: the services, a file each,
//! * `protocol` and `worker`: what a worker says, and its `main`,
//! * `run`: the program's side: workers are built, started, watched,
//! * `matrix`, `picture`, `guide`, `output` and `cli`: what came out, for people, for documents,
//!   and as an exit code.

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
