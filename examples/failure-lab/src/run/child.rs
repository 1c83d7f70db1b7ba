//! One service in a process of its own: it is started, listened to, and ended if it takes too long.

use std::process::{Command, ExitStatus};
use std::time::{Duration, Instant};

use worker_harness::{Process, ReceiveError, Worker};

use crate::protocol::{Examined, Line, Phase};
use crate::table::Row;

/// A service lives for six to twelve seconds; many times that is a hang.
const TIMEOUT: Duration = Duration::from_secs(90);

/// One service on one allocator with one seed.
#[derive(Clone, Debug)]
pub(crate) struct Job {
    pub(crate) row: &'static Row,
    pub(crate) worker: Worker,
    pub(crate) seed: u64,
}

/// What came of it.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) job: Job,
    /// What it told on the way.
    pub(crate) phases: Vec<Phase>,
    /// The examination; or why there is none, with all that the service said on its standard error
    /// stream.
    pub(crate) examined: Result<Examined, String>,
    /// How long it took.
    pub(crate) took: Duration,
}

/// Runs a service to its end. `heard` is told of its phases as they are over.
pub(crate) fn run(job: &Job, heard: impl FnMut(&Phase)) -> Ran {
    let began = Instant::now();
    let mut phases = Vec::new();
    let examined =
        listen(command(job), TIMEOUT, &mut phases, heard).map_err(|error| format!("{error:#}"));
    Ran { job: job.clone(), phases, examined, took: began.elapsed() }
}

fn command(job: &Job) -> Command {
    let mut command = job.worker.command();
    command.arg(job.row.name).arg("--seed").arg(job.seed.to_string());
    // Options in the user's own environment would change the allocator.
    for variable in ["_RJEM_MALLOC_CONF", "_rjem_malloc_conf", "MALLOC_CONF", "GLIBC_TUNABLES"] {
        command.env_remove(variable);
    }
    command.env("_RJEM_MALLOC_CONF", job.row.jemalloc);
    command
}

fn listen(
    command: Command,
    timeout: Duration,
    phases: &mut Vec<Phase>,
    mut heard: impl FnMut(&Phase),
) -> anyhow::Result<Examined> {
    let mut worker = Process::start(command)?;
    worker.close_input();
    let deadline = Instant::now() + timeout;
    let mut last = None;
    let hung = loop {
        match worker.receive(Some(deadline)) {
            Ok(Some(Line::Phase(phase))) => {
                heard(&phase);
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
    let (status, words) = worker.wait()?;
    end(last, status, hung.then_some(timeout)).map_err(|reason| {
        let phase = phases.last().map_or("its start", |phase| &phase.name);
        anyhow::anyhow!("{reason}, after phase `{phase}`\n{words}")
    })
}

/// What its last line and its end make of it.
fn end(last: Option<Line>, status: ExitStatus, hung: Option<Duration>) -> Result<Examined, String> {
    match (last, hung) {
        (_, Some(timeout)) => Err(format!("it was ended as it hung for {} s", timeout.as_secs())),
        (Some(Line::Failed(reason)), None) => Err(reason),
        (Some(Line::Examined(examined)), None) if status.success() => Ok(*examined),
        (_, None) => Err(format!("it died: {status}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A service that is this shell script.
    fn ran(script: &str, timeout: Duration) -> Result<Examined, String> {
        let mut shell = Command::new("sh");
        shell.args(["-c", script]);
        listen(shell, timeout, &mut Vec::new(), |_| ()).map_err(|error| format!("{error:#}"))
    }

    const LONG: Duration = Duration::from_secs(60);

    #[test]
    fn one_that_dies_is_a_failure_with_its_words() {
        let error = ran("echo 'out of luck' >&2; exit 3", LONG).unwrap_err();
        assert_eq!(error, "it died: exit status: 3, after phase `its start`\nout of luck\n");
        let error = ran("kill -SEGV $$", LONG).unwrap_err();
        assert!(error.contains("SIGSEGV"), "{error}");
    }

    #[test]
    fn one_that_hangs_is_ended_and_is_a_failure_with_its_words() {
        let began = Instant::now();
        let error =
            ran("echo waiting >&2; exec sleep 100", Duration::from_millis(500)).unwrap_err();
        assert!(
            error.starts_with("it was ended as it hung") && error.ends_with("waiting\n"),
            "{error}"
        );
        assert!(began.elapsed() < Duration::from_secs(50));
    }

    #[test]
    fn one_that_fails_or_says_nothing_of_use_is_a_failure() {
        let error = ran(r#"echo '{"failed":"no disk"}'; exit 1"#, LONG).unwrap_err();
        assert!(error.starts_with("no disk"), "{error}");
        let error = ran("echo hello", LONG).unwrap_err();
        assert!(error.contains("no message") && error.contains("hello"), "{error}");
        assert!(ran("exit 0", LONG).unwrap_err().starts_with("it died"));
    }
}
