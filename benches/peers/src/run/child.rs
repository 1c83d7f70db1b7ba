//! A worker that runs.

use std::io::{self, BufRead, BufReader, Lines, Read, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::thread::{self, JoinHandle};

use anyhow::{Context, anyhow, bail};

use super::cargo::Worker;
use crate::protocol::{Answer, Effort, Figure, Introduction, Request};

/// A worker's process. It ends when this is dropped.
#[derive(Debug)]
pub(super) struct Process {
    allocator: &'static str,
    child: Child,
    /// `None` when it is to end.
    input: Option<ChildStdin>,
    output: Lines<BufReader<ChildStdout>>,
    errors: Option<JoinHandle<String>>,
}

impl Process {
    pub(super) fn start(worker: &Worker) -> anyhow::Result<Self> {
        Self::of(worker.allocator, Command::new(&worker.program))
    }

    fn of(allocator: &'static str, mut command: Command) -> anyhow::Result<Self> {
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command
            .spawn()
            .with_context(|| format!("{:?} does not start", command.get_program()))?;
        let missing = || anyhow!("a pipe of the worker is missing");
        let output = child.stdout.take().ok_or_else(missing)?;
        let mut errors = child.stderr.take().ok_or_else(missing)?;
        let errors = thread::spawn(move || {
            let mut text = Vec::new();
            // What was read until then is all there is.
            let _ = errors.read_to_end(&mut text);
            String::from_utf8_lossy(&text).into_owned()
        });
        let input = child.stdin.take();
        let output = BufReader::new(output).lines();
        Ok(Self { allocator, child, input, output, errors: Some(errors) })
    }

    /// Who it is, and what it can measure.
    pub(super) fn introduce(&mut self) -> anyhow::Result<Introduction> {
        match self.ask(&Request::Introduce)? {
            Answer::Introduction(introduction) => Ok(introduction),
            other => bail!("the worker for {} introduces itself as {other:?}", self.allocator),
        }
    }

    /// One measurement.
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
        let place = format!("{workload}: {candidate} on {}", self.allocator);
        match self.ask(&request).with_context(|| place.clone())? {
            Answer::Figures(figures) => Ok(figures),
            Answer::Failed(reason) => Err(anyhow!(reason).context(place)),
            other @ Answer::Introduction(_) => bail!("{place}: the answer is {other:?}"),
        }
    }

    fn ask(&mut self, request: &Request) -> anyhow::Result<Answer> {
        let line = serde_json::to_string(request)?;
        let input = self.input.as_mut().ok_or_else(|| io::Error::from(io::ErrorKind::BrokenPipe));
        let sent = input.and_then(|input| writeln!(input, "{line}").and_then(|()| input.flush()));
        match sent.and_then(|()| self.output.next().transpose()) {
            Ok(Some(answer)) => serde_json::from_str(&answer)
                .with_context(|| format!("the worker for {} says {answer:?}", self.allocator)),
            Ok(None) | Err(_) => Err(self.death()),
        }
    }

    /// How the worker ended, with what it wrote to its standard error stream.
    fn death(&mut self) -> anyhow::Error {
        drop(self.input.take());
        let status =
            self.child.wait().map_or_else(|error| error.to_string(), |status| status.to_string());
        let errors = self.errors.take().and_then(|errors| errors.join().ok()).unwrap_or_default();
        anyhow!(
            "the worker for {} died ({status}); it wrote: {}",
            self.allocator,
            errors.trim_end()
        )
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // It ends by itself when nothing more can be asked.
        drop(self.input.take());
        let _ = self.child.wait();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_worker_that_dies_is_told_with_its_last_words() {
        let mut shell = Command::new("sh");
        shell.args(["-c", "echo 'out of luck' >&2; exit 3"]);
        let mut process = Process::of("glibc", shell).unwrap();
        let error = format!("{:#}", process.measure("requests", "heap", Effort::Test).unwrap_err());
        assert!(
            error
                .starts_with("requests: heap on glibc: the worker for glibc died (exit status: 3)"),
            "{error}"
        );
        assert!(error.ends_with("it wrote: out of luck"), "{error}");
    }
}
