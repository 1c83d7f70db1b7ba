//! A server in a process of its own.

use std::{
    io::{BufRead, BufReader},
    net::SocketAddr,
    process::Child,
};

use anyhow::Context;

use super::{Handlers, Index, child};

/// A server that answers. It ends when this is dropped.
#[derive(Debug)]
pub(crate) struct Server {
    process: Process,
    addr: SocketAddr,
}

/// What a process holds, in bytes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Memory {
    /// Most bytes of physical memory that it ever had (`VmHWM`), with the pages of the index that it read.
    pub(crate) peak: u64,
    /// What it has now (`VmRSS`), with those pages.
    pub(crate) resident: u64,
    /// What of it is its own (`RssAnon`), and not a page of a file.
    pub(crate) anonymous: u64,
}

impl Server {
    /// Starts one over `index`, on this worker's allocator.
    pub(crate) fn start(handlers: Handlers, index: &Index) -> anyhow::Result<Self> {
        let child = child::server(handlers, index.folder())?.spawn().context("the server does not start")?;
        let mut process = Process(child);
        let output = process.0.stdout.take().context("the server has no output")?;
        let mut line = String::new();
        BufReader::new(output).read_line(&mut line).context("the server does not say where it listens")?;
        let addr = line.trim().parse().with_context(|| format!("the server says {line:?} and not where it listens"))?;
        Ok(Self { process, addr })
    }

    /// Where it listens.
    pub(crate) fn addr(&self) -> SocketAddr {
        self.addr
    }

    /// What it holds; `None` where the system does not say it in `/proc`.
    #[cfg(target_os = "linux")]
    pub(crate) fn memory(&self) -> anyhow::Result<Option<Memory>> {
        let id = self.process.0.id().try_into().context("the server's process has no number")?;
        let status = procfs::process::Process::new(id).and_then(|process| process.status());
        let status = status.context("the server's memory cannot be read")?;
        let bytes =
            |kib: Option<u64>| kib.map(|kib| kib << 10).context("the system does not say what the server holds");
        let (peak, resident, anonymous) = (bytes(status.vmhwm)?, bytes(status.vmrss)?, bytes(status.rssanon)?);
        Ok(Some(Memory { peak, resident, anonymous }))
    }

    /// What it holds; `None` where the system does not say it in `/proc`.
    #[cfg(not(target_os = "linux"))]
    pub(crate) fn memory(&self) -> anyhow::Result<Option<Memory>> {
        Ok(None)
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
