//! The workloads: their list, and the trait that each implements.
//!
//! A workload's code runs in the workers. The program knows its name, its kind of process, and the
//! bases of its ratios. To add one, add a file with a [`Workload`], and a line in [`ALL`].

mod formats;
mod indexing;
mod json;
pub(crate) mod orders;
mod requests;
mod search;
mod service;
mod spike;
mod threads;
mod time;
use worker_harness::Installed;

use crate::protocol::{Effort, Figure};

/// All workloads, in the order of the table.
pub const ALL: &[&dyn Workload] = &[
    &requests::Requests,
    &json::Json,
    &orders::Orders,
    &orders::count::Instructions,
    &orders::service::Service,
    &search::Search,
    &service::Service,
    &indexing::Indexing,
    &spike::Spike,
    &threads::Threads,
];

/// The workload with this name.
#[must_use]
pub fn named(name: &str) -> Option<&'static dyn Workload> {
    ALL.iter().copied().find(|workload| workload.name() == name)
}

/// Work that every candidate does.
pub trait Workload: Sync {
    /// Its name, of one word.
    fn name(&self) -> &'static str;

    /// What it does, a sentence above its table.
    fn about(&self) -> &'static str;

    /// In which process it is measured.
    fn process(&self) -> Process {
        Process::Shared
    }

    /// How many rounds.
    fn rounds(&self, effort: Effort) -> usize {
        effort.choose(1, 3, 21)
    }

    /// Candidates that the figures of the others are divided by, round by round, on the same global
    /// allocator.
    fn bases(&self) -> &'static [&'static str] {
        &[]
    }

    /// In a worker: the candidates that can be measured.
    ///
    /// # Errors
    /// If this machine cannot measure it: why, and what to do. The run goes on without it.
    fn candidates(&self, allocator: &Installed) -> Result<Vec<&'static str>, String>;

    /// In a worker: one measurement. It gives the same figures each time.
    ///
    /// # Errors
    /// If the measurement fails: what failed, where, and what to do.
    fn measure(
        &self,
        candidate: &str,
        effort: Effort,
        allocator: &Installed,
    ) -> anyhow::Result<Vec<Figure>>;
}

/// A way of answering documents one after the other, with its own parser.
trait Candidate {
    /// Parses a document, does the work, and gives the answer to `done`.
    fn answer(&mut self, document: &[u8], done: &mut dyn FnMut(&[u8]));
}

/// The process that measures a workload.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Process {
    /// One process for each global allocator, for all candidates and rounds.
    Shared,
    /// A new process for each measurement, one after the other.
    Fresh,
    /// A new process for each measurement, all of a round at once: for workloads that mostly wait.
    Together,
}
