//! A server in a process of its own.

use std::{
    io::{BufRead, BufReader},
    net::SocketAddr,
    process::{Child, Command},
};

use anyhow::Context;

use super::{Handlers, Index, OrderHandlers, child};
use crate::resident::Resident;

/// A server that answers requests. It ends when this is dropped.
#[derive(Debug)]
pub(crate) struct Server {
    process: Process,
    addr: SocketAddr,
}

impl Server {
    /// Starts one over `index`, on this worker's allocator.
    pub(crate) fn start(handlers: Handlers, index: &Index) -> anyhow::Result<Self> {
        Self::run(child::server(handlers, index.folder())?)
    }

    /// Starts one of orders, on this worker's allocator.
    pub(crate) fn of_orders(handlers: OrderHandlers) -> anyhow::Result<Self> {
        Self::run(child::server_of_orders(handlers)?)
    }

    fn run(mut command: Command) -> anyhow::Result<Self> {
        let child = command.spawn().context("the server does not start")?;
        let mut process = Process(child);
        let output = process.0.stdout.take().context("the server has no output")?;
        let mut line = String::new();
        BufReader::new(output)
            .read_line(&mut line)
            .context("the address of the server cannot be read")?;
        let addr = line
            .trim()
            .parse()
            .with_context(|| format!("the server wrote {line:?} and not its address"))?;
        Ok(Self { process, addr })
    }

    /// The address that it listens on.
    pub(crate) fn addr(&self) -> SocketAddr {
        self.addr
    }

    /// The server's memory. `None` where the system has no `/proc`.
    pub(crate) fn memory(&self) -> anyhow::Result<Option<Resident>> {
        Resident::of(self.process.0.id())
    }
}

/// A process that ends when its input ends. Dropping this waits for the end.
#[derive(Debug)]
struct Process(Child);

impl Drop for Process {
    fn drop(&mut self) {
        drop(self.0.stdin.take());
        // The figures are complete, so its exit status no longer matters.
        let _ = self.0.wait();
    }
}
