//! A server in a process of its own.

use std::net::SocketAddr;
use std::process::Command;

use anyhow::Context;
use loopback::Child;

use super::{Handlers, Index, OrderHandlers, child};
use crate::resident::Resident;

/// A server that answers requests. It ends when this is dropped.
#[derive(Debug)]
pub(crate) struct Server {
    child: Child,
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
        Ok(Self { child: Child::start(&mut command).context("the server does not start")? })
    }

    /// The address that it listens on.
    pub(crate) fn addr(&self) -> SocketAddr {
        self.child.addr()
    }

    /// The server's memory. `None` where the system has no `/proc`.
    pub(crate) fn memory(&self) -> anyhow::Result<Option<Resident>> {
        Resident::of(self.child.id())
    }
}
