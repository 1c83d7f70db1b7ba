//! One service in a process of its own: starts it, collects its phases, and kills it if it hangs.

use std::process::{Command, ExitStatus};
use std::time::{Duration, Instant};

use worker_harness::{Process, ReceiveError, Worker};

use crate::protocol::{Examined, Line, Phase};
use crate::table::Row;

/// A service lives for six to twelve seconds. One that lives for many times that hangs.
const TIMEOUT: Duration = Duration::from_secs(90);

/// One service on one allocator with one seed.
#[derive(Clone, Debug)]
pub(crate) struct Job {
    pub(crate) row: &'static Row,
    pub(crate) worker: Worker,
    pub(crate) seed: u64,
}

/// The result of a job.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) job: Job,
    /// The phases that the service has reported.
    pub(crate) phases: Vec<Phase>,
    /// The examination; or why there is none, with the service's standard error stream.
    pub(crate) examined: Result<Examined, String>,
    /// How long the job took.
    pub(crate) took: Duration,
}

/// Runs a service to its end, and calls `on_phase` after each of its phases.
pub(crate) fn run(job: &Job, on_phase: impl FnMut(&Phase)) -> Ran {
    let began = Instant::now();
    let mut phases = Vec::new();
    let examined =
        listen(command(job), TIMEOUT, &mut phases, on_phase).map_err(|error| format!("{error:#}"));
    Ran { job: job.clone(), phases, examined, took: began.elapsed() }
}

fn command(job: &Job) -> Command {
    let mut command = job.worker.command();
    command.arg(job.row.name).arg("--seed").arg(job.seed.to_string());
    // Options in the user's own environment would change the allocator.
    for variable in ["_RJEM_MALLOC_CONF", "_rjem_malloc_conf", "MALLOC_CONF", "GLIBC_TUNABLES"] {
        command.env_remove(variable);
    }
    for variable in ["MIMALLOC_PURGE_DELAY", "MIMALLOC_ALLOW_THP"] {
        command.env_remove(variable);
    }
    command.env("_RJEM_MALLOC_CONF", job.row.jemalloc);
    command.envs(job.row.settings.iter().copied());
    command
}

fn listen(
    command: Command,
    timeout: Duration,
    phases: &mut Vec<Phase>,
    mut on_phase: impl FnMut(&Phase),
) -> anyhow::Result<Examined> {
    let mut worker = Process::start(command)?;
    worker.close_input();
    let deadline = Instant::now() + timeout;
    let mut last = None;
    let hung = loop {
        match worker.receive(Some(deadline)) {
            Ok(Some(Line::Phase(phase))) => {
                on_phase(&phase);
                phases.push(phase);
            }
            Ok(Some(end)) => last = Some(end),
            Ok(None) => break false,
            Err(ReceiveError::Timeout) => break true,
            Err(error @ ReceiveError::NotAMessage(..)) => {
                last = Some(Line::Failed(error.to_string()));
            }
        }
    };
    if hung {
        worker.kill()?;
    }
    let (status, errors) = worker.wait()?;
    end(last, status, hung.then_some(timeout)).map_err(|reason| {
        let phase = phases.last().map_or("start", |phase| &phase.name);
        anyhow::anyhow!("{reason}, after phase `{phase}`\n{errors}")
    })
}

/// The result, from the last message and the exit status.
fn end(last: Option<Line>, status: ExitStatus, hung: Option<Duration>) -> Result<Examined, String> {
    match (last, hung) {
        (_, Some(timeout)) => {
            Err(format!("the worker hung and was killed after {} s", timeout.as_secs()))
        }
        (Some(Line::Failed(reason)), None) => Err(reason),
        (Some(Line::Examined(examined)), None) if status.success() => Ok(*examined),
        (_, None) => Err(format!("the worker died: {status}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Runs a shell script in place of a worker.
    fn ran(script: &str, timeout: Duration) -> Result<Examined, String> {
        let mut shell = Command::new("sh");
        shell.args(["-c", script]);
        listen(shell, timeout, &mut Vec::new(), |_| ()).map_err(|error| format!("{error:#}"))
    }

    const LONG: Duration = Duration::from_secs(60);

    #[test]
    fn a_worker_that_dies_is_a_failure_with_its_error_stream() {
        let error = ran("echo 'out of luck' >&2; exit 3", LONG).unwrap_err();
        assert_eq!(error, "the worker died: exit status: 3, after phase `start`\nout of luck\n");
        let error = ran("kill -SEGV $$", LONG).unwrap_err();
        assert!(error.contains("SIGSEGV"), "{error}");
    }

    #[test]
    fn a_worker_that_hangs_is_killed_and_is_a_failure_with_its_error_stream() {
        let began = Instant::now();
        let error =
            ran("echo waiting >&2; exec sleep 100", Duration::from_millis(500)).unwrap_err();
        assert!(
            error.starts_with("the worker hung and was killed") && error.ends_with("waiting\n"),
            "{error}"
        );
        assert!(began.elapsed() < Duration::from_secs(50));
    }

    #[test]
    fn a_worker_that_fails_or_sends_no_message_is_a_failure() {
        let error = ran(r#"echo '{"failed":"no disk"}'; exit 1"#, LONG).unwrap_err();
        assert!(error.starts_with("no disk"), "{error}");
        let error = ran("echo hello", LONG).unwrap_err();
        assert!(error.contains("no message") && error.contains("hello"), "{error}");
        assert!(ran("exit 0", LONG).unwrap_err().starts_with("the worker died"));
    }
}
