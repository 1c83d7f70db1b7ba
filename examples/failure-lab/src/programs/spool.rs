//! Spool: each upload leaves a file on tmpfs, which is in the container's memory and in no RSS.

use std::fs;
use std::sync::Arc;

use anyhow::Context;
use request_arena::{Arena, request_arena};
use request_arena_memory::container::Container;
use tempfile::TempDir;

use crate::protocol::Examined;
use crate::service::{Request, Stage};

/// A tmpfs of every Linux system.
const TMPFS: &str = "/dev/shm";

/// The most that it leaves, in MiB.
const MOST_MIB: u64 = 160;

pub(crate) fn run(mut stage: Stage) -> anyhow::Result<Examined> {
    let total = stage.draw.mib("left in all", 60..=MOST_MIB);
    let threads = stage.draw.count("threads", 1..=3);
    let rates = stage.draw.rates();
    let each = total / usize::try_from(rates.iter().sum::<u64>())?;

    let spool = TempDir::with_prefix_in("failure-lab-", TMPFS).context("no tmpfs in /dev/shm")?;
    let spool = Arc::new(spool);
    stage.at_rates("upload", threads, rates, move |request| {
        upload(request, &spool, each);
    })
}

#[request_arena]
fn upload(arena: Arena<'_>, request: &mut Request, spool: &TempDir, bytes: usize) -> usize {
    let file = spool.path().join(request.number.to_string());
    fs::write(file, request.bytes(bytes)).expect("there is room on tmpfs");
    request.answer(&arena)
}

/// Why this machine cannot run it: its container's memory is not counted, or there is no room.
pub(crate) fn impossible() -> Option<String> {
    if let Err(error) = Container::find().and_then(|mut container| container.read()) {
        return Some(error.to_string());
    }
    match rustix::fs::statvfs(TMPFS) {
        Ok(room) if room.f_bavail * room.f_frsize > MOST_MIB << 20 => None,
        Ok(_) => Some(format!("{TMPFS} has no room for {MOST_MIB} MiB")),
        Err(error) => Some(format!("{TMPFS}: {error}")),
    }
}
