//! The program: it builds the workers, measures in rounds, and writes the results.

mod cargo;
mod conversation;
mod goals;
mod machine;
mod output;
mod rounds;
mod samples;

use std::time::Instant;

use worker_harness::Allocator;

use crate::protocol::Effort;

/// The arguments.
#[derive(Clone, Debug)]
pub struct Options {
    /// How long it may take.
    pub effort: Effort,
    /// The workloads to measure. All of them if empty.
    pub only: Vec<String>,
    /// The global allocators to measure on.
    pub allocators: Vec<Allocator>,
    /// The number of rounds. Each workload has its own if this is `None`.
    pub rounds: Option<usize>,
}

/// Measures, prints the table, and writes `peers.json` and `peers.md` into the target folder.
///
/// # Errors
/// If a worker cannot be built, dies, or cannot measure something.
pub fn run(options: &Options) -> anyhow::Result<()> {
    let begun = Instant::now();
    let metadata = cargo::Metadata::read()?;
    let workers = cargo::build(&metadata, options)?;
    let rounds::Measured { versions, samples, missing } = rounds::measure(&workers, options)?;
    let report = output::Report {
        date: machine::date(),
        mode: options.effort,
        seconds: begun.elapsed().as_secs(),
        machine: machine::Machine::read(),
        versions: metadata.versions().into_iter().chain(versions).collect(),
        figures: samples.figures(),
        goals: goals::all(&samples, &missing),
    };
    output::write(&report, &metadata.target_directory)
}
