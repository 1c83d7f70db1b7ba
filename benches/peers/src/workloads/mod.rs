//! What is measured: the list of workloads, and what each has to say.
//!
//! A workload's code runs in the workers. The program knows it by its name, how it wants to be run,
//! and which of its figures are set against which. To add one: a file here with a [`Workload`], and
//! a line in [`ALL`].

mod indexing;
mod json;
mod requests;
mod search;
mod service;
mod spike;
mod threads;
mod time;
use worker_harness::Installed;

use crate::protocol::{Effort, Figure};

/// All of them, in the order of the table.
pub const ALL: &[&dyn Workload] = &[
    &requests::Requests,
    &json::Json,
    &search::Search,
    &service::Service,
    &indexing::Indexing,
    &spike::Spike,
    &threads::Threads,
];

/// The workload of this name.
#[must_use]
pub fn named(name: &str) -> Option<&'static dyn Workload> {
    ALL.iter().copied().find(|workload| workload.name() == name)
}

/// Something that every candidate does.
pub trait Workload: Sync {
    /// One word.
    fn name(&self) -> &'static str;

    /// What it is, a line above its table.
    fn about(&self) -> &'static str;

    /// Whether it has a process of its own for each measurement.
    fn process(&self) -> Process {
        Process::Shared
    }

    /// How many rounds.
    fn rounds(&self, effort: Effort) -> usize {
        effort.choose(1, 3, 21)
    }

    /// Candidates that the others' figures are set against, round by round, on the same global
    /// allocator.
    fn bases(&self) -> &'static [&'static str] {
        &[]
    }

    /// In a worker: who can be measured.
    ///
    /// # Errors
    /// Why nothing can be measured on this machine, and what to do; the run goes on without it.
    fn candidates(&self, allocator: &Installed) -> Result<Vec<&'static str>, String>;

    /// In a worker: one measurement. The names of the figures may not depend on how it went.
    ///
    /// # Errors
    /// What could not be measured, where, and what to do.
    fn measure(
        &self,
        candidate: &str,
        effort: Effort,
        allocator: &Installed,
    ) -> anyhow::Result<Vec<Figure>>;
}

/// In which process a workload is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Process {
    /// One for each global allocator, the same for all candidates and rounds.
    Shared,
    /// A new one for each measurement, one after the other.
    Fresh,
    /// A new one for each measurement, all of a round at the same time: for what mostly waits.
    Together,
}
