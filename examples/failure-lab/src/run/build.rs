//! Builds the workers, in the profile of this program.

use anyhow::ensure;
use worker_harness::{Allocator, Build, Worker};

/// Builds the worker with this allocator.
pub(crate) fn worker(allocator: Allocator) -> anyhow::Result<Worker> {
    ensure!(
        cfg!(target_os = "linux"),
        "the lab needs Linux: it reads the memory of a process from /proc"
    );
    worker_harness::build(&Build {
        package: "failure-lab-worker",
        allocator,
        features: &[],
        release: !cfg!(debug_assertions),
    })
}
