//! A worker that runs: its process, and the program's end of the exchange.

use std::fmt;
use std::io::{self, BufRead, BufReader, Read};
use std::process::{Child, ChildStderr, ChildStdin, ChildStdout, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread::{self, JoinHandle};
use std::time::Instant;

use anyhow::{Context, anyhow};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::messages;

/// A worker's process. Dropping it closes the worker's standard input, which ends the worker, and
/// waits for that.
#[derive(Debug)]
pub struct Process {
    child: Child,
    /// `None` once it is closed.
    input: Option<ChildStdin>,
    lines: Receiver<String>,
    /// Collects the standard error stream. `None` once it is read.
    errors: Option<JoinHandle<String>>,
}

/// Why there is no message.
#[derive(Debug)]
pub enum ReceiveError {
    /// The deadline has passed.
    Timeout,
    /// The worker has written this line, which is not a message.
    NotAMessage(String, serde_json::Error),
}

impl fmt::Display for ReceiveError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Timeout => f.write_str("the worker has not answered in time"),
            Self::NotAMessage(line, error) => {
                write!(f, "the worker wrote no message ({error}): {line}")
            }
        }
    }
}

impl std::error::Error for ReceiveError {}

impl Process {
    /// Starts the worker.
    ///
    /// # Errors
    /// If it does not start.
    pub fn start(mut command: Command) -> anyhow::Result<Self> {
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command
            .spawn()
            .with_context(|| format!("the worker {:?} does not start", command.get_program()))?;
        let missing = || anyhow!("a pipe of the worker is missing");
        let output = child.stdout.take().ok_or_else(missing)?;
        let errors = child.stderr.take().ok_or_else(missing)?;
        let input = child.stdin.take();
        Ok(Self { child, input, lines: lines(output), errors: Some(collect(errors)) })
    }

    /// Sends a message.
    ///
    /// # Errors
    /// If the worker has closed its standard input, which it does when it ends.
    pub fn send(&mut self, message: &impl Serialize) -> io::Result<()> {
        let input = self.input.as_mut().ok_or(io::ErrorKind::BrokenPipe)?;
        messages::write(input, message)
    }

    /// Closes the worker's standard input: the worker gets no further message.
    pub fn close_input(&mut self) {
        drop(self.input.take());
    }

    /// Waits for the next message. `None` when the worker has closed its standard output, which it
    /// does when it ends.
    ///
    /// # Errors
    /// If the deadline passes, or the worker writes a line that is not a message.
    pub fn receive<M: DeserializeOwned>(
        &mut self,
        deadline: Option<Instant>,
    ) -> Result<Option<M>, ReceiveError> {
        let line = match deadline {
            None => self.lines.recv().map_err(RecvTimeoutError::from),
            Some(deadline) => {
                self.lines.recv_timeout(deadline.saturating_duration_since(Instant::now()))
            }
        };
        match line {
            Ok(line) => match serde_json::from_str(&line) {
                Ok(message) => Ok(Some(message)),
                Err(error) => Err(ReceiveError::NotAMessage(line, error)),
            },
            Err(RecvTimeoutError::Disconnected) => Ok(None),
            Err(RecvTimeoutError::Timeout) => Err(ReceiveError::Timeout),
        }
    }

    /// Kills the worker.
    ///
    /// # Errors
    /// If the system refuses.
    pub fn kill(&mut self) -> anyhow::Result<()> {
        self.child.kill().context("a worker that hangs cannot be killed")
    }

    /// Closes the worker's input, waits for its end, and gives its status and all that it wrote to
    /// its standard error stream.
    ///
    /// # Errors
    /// If the system does not give the status.
    pub fn wait(&mut self) -> anyhow::Result<(ExitStatus, String)> {
        self.close_input();
        let status = self.child.wait().context("the worker has no exit status")?;
        let errors = self.errors.take().and_then(|errors| errors.join().ok()).unwrap_or_default();
        Ok((status, errors))
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.close_input();
        // An error would mean that there is nothing to wait for.
        let _ = self.child.wait();
    }
}

fn lines(output: ChildStdout) -> Receiver<String> {
    let (sender, receiver) = channel();
    thread::spawn(move || {
        let lines = BufReader::new(output).lines().map_while(Result::ok);
        // The receiver is gone when the program has stopped waiting.
        lines.map(|line| sender.send(line)).take_while(Result::is_ok).count()
    });
    receiver
}

fn collect(mut errors: ChildStderr) -> JoinHandle<String> {
    thread::spawn(move || {
        let mut text = Vec::new();
        // After an error, the text so far is all there is.
        let _ = errors.read_to_end(&mut text);
        String::from_utf8_lossy(&text).into_owned()
    })
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn shell(script: &str) -> Process {
        let mut shell = Command::new("sh");
        shell.args(["-c", script]);
        Process::start(shell).unwrap()
    }

    #[test]
    fn messages_go_both_ways() {
        let mut echo = shell("exec cat");
        echo.send(&vec!["two\nlines"]).unwrap();
        assert_eq!(echo.receive(None).unwrap(), Some(vec!["two\nlines".to_owned()]));
        echo.close_input();
        assert_eq!(echo.receive::<String>(None).unwrap(), None);
        assert!(echo.wait().unwrap().0.success());
        assert_eq!(echo.send(&1).unwrap_err().kind(), io::ErrorKind::BrokenPipe);
    }

    #[test]
    fn a_worker_that_dies_leaves_its_status_and_its_error_stream() {
        let mut worker = shell("echo 'out of luck' >&2; exit 3");
        assert_eq!(worker.receive::<String>(None).unwrap(), None);
        let (status, errors) = worker.wait().unwrap();
        assert_eq!((status.code(), &*errors), (Some(3), "out of luck\n"));
    }

    #[test]
    fn a_worker_that_hangs_is_noticed_and_killed() {
        let mut worker = shell("exec sleep 100");
        let deadline = Instant::now() + Duration::from_millis(100);
        let error = worker.receive::<String>(Some(deadline)).unwrap_err();
        assert!(matches!(error, ReceiveError::Timeout), "{error}");
        worker.kill().unwrap();
        assert!(!worker.wait().unwrap().0.success());
    }

    #[test]
    fn a_line_that_is_no_message_is_an_error_with_the_line() {
        let error = shell("echo hello").receive::<u64>(None).unwrap_err().to_string();
        assert!(error.contains("no message") && error.ends_with("hello"), "{error}");
    }
}
