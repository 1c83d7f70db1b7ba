//! A server in a process of its own, which another program starts and ends.
//!
//! The child writes its address to its standard output, and serves until its standard input ends.
//! So it also ends when the other program ends in any way.

use std::io::{self, BufRead, BufReader, Read, Write, stdin, stdout};
use std::net::SocketAddr;
use std::process::{self, Command, ExitStatus, Stdio};

use tokio::task;

/// A child that answers requests. Dropping it kills it.
#[derive(Debug)]
pub struct Child {
    process: process::Child,
    addr: SocketAddr,
}

impl Child {
    /// Starts the child, and waits until it serves.
    ///
    /// # Errors
    /// If it does not start, or ends before it serves.
    pub fn start(command: &mut Command) -> io::Result<Self> {
        let mut process = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
        let mut line = String::new();
        if let Some(output) = process.stdout.take() {
            BufReader::new(output).read_line(&mut line)?;
        }
        if let Ok(addr) = line.trim().parse() {
            return Ok(Self { process, addr });
        }
        drop(process.stdin.take());
        let ended = process.wait()?;
        Err(io::Error::other(format!("it wrote {line:?} and not its address, and ended: {ended}")))
    }

    /// The address that it listens on.
    #[must_use]
    pub fn addr(&self) -> SocketAddr {
        self.addr
    }

    /// The id of its process.
    #[must_use]
    pub fn id(&self) -> u32 {
        self.process.id()
    }

    /// How it has ended, if it has.
    ///
    /// # Errors
    /// If the system does not say.
    pub fn ended(&mut self) -> io::Result<Option<ExitStatus>> {
        self.process.try_wait()
    }

    /// Ends it. It answers all open requests first.
    ///
    /// # Errors
    /// If the system does not say how it has ended.
    pub fn stop(mut self) -> io::Result<ExitStatus> {
        drop(self.process.stdin.take());
        self.process.wait()
    }
}

impl Drop for Child {
    fn drop(&mut self) {
        // Both fail if it has ended already.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Tells the program that has started this process the address of its server, and returns when the
/// server should end. Needs tokio's multi-threaded runtime.
///
/// # Errors
/// If the standard output or input fails.
pub fn until_parent_stops(addr: SocketAddr) -> io::Result<()> {
    writeln!(stdout(), "{addr}")?;
    task::block_in_place(|| stdin().read_to_end(&mut Vec::new()))?;
    Ok(())
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    fn shell(script: &str) -> io::Result<Child> {
        Child::start(Command::new("sh").args(["-c", script]))
    }

    #[test]
    fn a_child_ends_with_its_input_or_by_kill() {
        let serve = "echo 127.0.0.1:9; cat; exit 3";
        let mut child = shell(serve).unwrap();
        assert_eq!(child.addr(), ([127, 0, 0, 1], 9).into());
        assert_eq!(child.ended().unwrap(), None);
        assert_eq!(child.stop().unwrap().code(), Some(3));
        // Without a kill this would wait for ever.
        drop(shell("echo 127.0.0.1:9; while :; do sleep 1; done").unwrap());
    }

    #[test]
    fn a_child_without_an_address_is_an_error_with_its_words() {
        let error = shell("echo oh; exit 4").unwrap_err();
        let expected = "it wrote \"oh\\n\" and not its address, and ended: exit status: 4";
        assert_eq!(error.to_string(), expected);
    }
}
