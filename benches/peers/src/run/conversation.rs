//! The conversation with a worker that runs: a question, and its answer.

use std::process::Command;

use anyhow::{Context, anyhow, bail};
use worker_harness::{Allocator, Process, Worker};

use crate::protocol::{Answer, Effort, Figure, Introduction, Request};

/// A worker that answers questions. It ends when this is dropped.
#[derive(Debug)]
pub(super) struct Conversation {
    allocator: Allocator,
    process: Process,
}

impl Conversation {
    pub(super) fn start(worker: &Worker) -> anyhow::Result<Self> {
        Self::with(worker.allocator, worker.command())
    }

    fn with(allocator: Allocator, command: Command) -> anyhow::Result<Self> {
        Ok(Self { allocator, process: Process::start(command)? })
    }

    /// Asks which allocator the worker has, and what it can measure.
    pub(super) fn introduce(&mut self) -> anyhow::Result<Introduction> {
        match self.ask(&Request::Introduce)? {
            Answer::Introduction(introduction) => Ok(introduction),
            other => {
                bail!("the worker for {} introduces itself as {other:?}", self.allocator.name())
            }
        }
    }

    /// Asks for one measurement.
    pub(super) fn measure(
        &mut self,
        workload: &str,
        candidate: &str,
        effort: Effort,
    ) -> anyhow::Result<Vec<Figure>> {
        let request = Request::Measure {
            workload: workload.to_owned(),
            candidate: candidate.to_owned(),
            effort,
        };
        let place = format!("{workload}: {candidate} on {}", self.allocator.name());
        match self.ask(&request).with_context(|| place.clone())? {
            Answer::Figures(figures) => Ok(figures),
            Answer::Failed(reason) => Err(anyhow!(reason).context(place)),
            other @ Answer::Introduction(_) => bail!("{place}: the answer is {other:?}"),
        }
    }

    fn ask(&mut self, request: &Request) -> anyhow::Result<Answer> {
        if self.process.send(request).is_err() {
            return Err(self.death());
        }
        let answer = self.process.receive(None);
        let answer = answer.with_context(|| format!("the worker for {}", self.allocator.name()))?;
        answer.ok_or_else(|| self.death())
    }

    /// How the worker ended, with its standard error stream.
    fn death(&mut self) -> anyhow::Error {
        let (status, errors) = self.process.wait().map_or_else(
            |error| (format!("{error:#}"), String::new()),
            |(status, errors)| (status.to_string(), errors),
        );
        anyhow!(
            "the worker for {} died ({status}); it wrote: {}",
            self.allocator.name(),
            errors.trim_end()
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_error_for_a_worker_that_dies_has_its_last_words() {
        let mut shell = Command::new("sh");
        shell.args(["-c", "echo 'out of luck' >&2; exit 3"]);
        let mut worker = Conversation::with(Allocator::Glibc, shell).unwrap();
        let error = format!("{:#}", worker.measure("requests", "heap", Effort::Test).unwrap_err());
        assert!(
            error
                .starts_with("requests: heap on glibc: the worker for glibc died (exit status: 3)"),
            "{error}"
        );
        assert!(error.ends_with("it wrote: out of luck"), "{error}");
    }
}
