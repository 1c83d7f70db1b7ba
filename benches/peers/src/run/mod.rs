//! The program: it builds the workers, asks them in rounds, and writes down what came out.

mod cargo;
mod conversation;
mod goals;
mod machine;
mod output;
mod rounds;
mod samples;

use std::time::Instant;

use crate::protocol::Effort;

/// What the arguments say.
#[derive(Clone, Debug)]
pub struct Options {
    /// How long it may take.
    pub effort: Effort,
    /// Only these workloads; all if there are none.
    pub only: Vec<String>,
    /// As many rounds, whatever the workload.
    pub rounds: Option<usize>,
}

/// Measures, prints the table, and writes `peers.json` and `peers.md` into the target folder.
///
/// # Errors
/// If a worker cannot be built, dies, or cannot measure something.
pub fn run(options: &Options) -> anyhow::Result<()> {
    let begun = Instant::now();
    let metadata = cargo::Metadata::read()?;
    let workers = cargo::build(&metadata)?;
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
