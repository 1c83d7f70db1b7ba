//! The service's process, in its group.

use std::env;
use std::fs::File;
use std::net::SocketAddr;
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus};

use anyhow::Context;
use loopback::Child;

use crate::group::{self, Group};

/// The sub-commands that this program starts itself with.
pub(crate) const ENTER: &str = "enter";
pub(crate) const SERVE: &str = "serve";

const SIGKILL: i32 = 9;

/// A service that answers requests. Dropping it kills it.
#[derive(Debug)]
pub(crate) struct Service {
    child: Child,
}

/// How the service has ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct End {
    status: ExitStatus,
}

impl End {
    pub(crate) fn is_success(self) -> bool {
        self.status.success()
    }

    /// By SIGKILL, which is the kernel's way when memory is short.
    pub(crate) fn is_by_kill(self) -> bool {
        self.status.signal() == Some(SIGKILL)
    }
}

impl std::fmt::Display for End {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.status.fmt(f)
    }
}

impl Service {
    /// Starts it in this group. Its log becomes this file.
    pub(crate) fn start(group: &Group, arguments: &[String], log: &Path) -> anyhow::Result<Self> {
        // jemalloc samples allocations, so that the doctor can name functions.
        const SAMPLED: &str = "prof:true,lg_prof_sample:19";
        let written = || format!("the log {} cannot be written", log.display());
        let errors = File::create(log).with_context(written)?;
        let mut command = Command::new(this_program()?);
        command.arg(ENTER).arg(group.folder()).args(arguments);
        command.env("_RJEM_MALLOC_CONF", SAMPLED).stderr(errors);
        let child = Child::start(&mut command);
        let child =
            child.with_context(|| format!("the service does not start; see {}", log.display()))?;
        Ok(Self { child })
    }

    pub(crate) fn addr(&self) -> SocketAddr {
        self.child.addr()
    }

    /// The id of its process.
    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// How it has ended, if it has.
    pub(crate) fn ended(&mut self) -> anyhow::Result<Option<End>> {
        let ended = self.child.ended().context("the service cannot be waited for")?;
        Ok(ended.map(|status| End { status }))
    }

    /// Ends it: it answers all open requests first.
    pub(crate) fn stop(self) -> anyhow::Result<End> {
        let status = self.child.stop().context("the service cannot be waited for")?;
        Ok(End { status })
    }
}

/// Enters the group, and becomes the service by `exec`. So the group has all of its memory from the
/// first page on, and no memory of this runner.
pub(crate) fn enter(folder: &Path, arguments: &[String]) -> anyhow::Result<()> {
    group::enter(folder)?;
    Err(Command::new(this_program()?).arg(SERVE).args(arguments).exec())
        .context("the service does not start in its group")
}

fn this_program() -> anyhow::Result<PathBuf> {
    env::current_exe().context("the path of this program is unknown")
}
