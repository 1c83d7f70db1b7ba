//! A server in a process of its own.

use std::{
    io::{BufRead, BufReader},
    net::SocketAddr,
    process::Child,
};

use anyhow::Context;

use super::{Handlers, Index, child};
use crate::resident::Resident;

/// A server that answers. It ends when this is dropped.
#[derive(Debug)]
pub(crate) struct Server {
    process: Process,
    addr: SocketAddr,
}

impl Server {
    /// Starts one over `index`, on this worker's allocator.
    pub(crate) fn start(handlers: Handlers, index: &Index) -> anyhow::Result<Self> {
        let child = child::server(handlers, index.folder())?
            .spawn()
            .context("the server does not start")?;
        let mut process = Process(child);
        let output = process.0.stdout.take().context("the server has no output")?;
        let mut line = String::new();
        BufReader::new(output)
            .read_line(&mut line)
            .context("the server does not say where it listens")?;
        let addr = line
            .trim()
            .parse()
            .with_context(|| format!("the server says {line:?} and not where it listens"))?;
        Ok(Self { process, addr })
    }

    /// Where it listens.
    pub(crate) fn addr(&self) -> SocketAddr {
        self.addr
    }

    /// What it holds; `None` where the system does not say it.
    pub(crate) fn memory(&self) -> anyhow::Result<Option<Resident>> {
        Resident::of(self.process.0.id())
    }
}

/// A process that stops when its input ends, and is waited for.
#[derive(Debug)]
struct Process(Child);

impl Drop for Process {
    fn drop(&mut self) {
        drop(self.0.stdin.take());
        // It cannot be told any more that it did not end well.
        let _ = self.0.wait();
    }
}
