//! The worker's own allocator: which one the features select, and whether the process has it.

use std::env;

use anyhow::bail;
#[cfg(any(feature = "jemalloc", feature = "mimalloc"))]
use anyhow::ensure;
use serde::{Deserialize, Serialize};

use crate::Allocator;

#[cfg(any(
    all(feature = "jemalloc", feature = "mimalloc"),
    all(feature = "mimalloc-2", feature = "mimalloc-3"),
))]
compile_error!("a worker has one global allocator: enable one of its features");

/// The type of the selected allocator, for the worker's `#[global_allocator]`. With the feature
/// `jemalloc` the worker calls `request_arena::use_jemalloc!()` instead.
#[cfg(not(any(feature = "jemalloc", feature = "mimalloc")))]
pub type Selected = std::alloc::System;
/// The selected allocator.
#[cfg(not(any(feature = "jemalloc", feature = "mimalloc")))]
pub const SELECTED: Selected = std::alloc::System;

/// The type of the selected allocator, for the worker's `#[global_allocator]`.
#[cfg(feature = "mimalloc")]
pub type Selected = mimalloc::MiMalloc;
/// The selected allocator.
#[cfg(feature = "mimalloc")]
pub const SELECTED: Selected = mimalloc::MiMalloc;

/// The variable in which the program says which allocator it expects a worker to have.
pub(crate) const EXPECTED: &str = "WORKER_HARNESS_ALLOCATOR";

/// The global allocator of this process.
#[derive(Clone, Debug)]
pub struct Installed {
    /// Which one it is.
    pub allocator: Allocator,
    /// The version that the allocator itself reports. `None` if it reports none.
    pub version: Option<String>,
    /// Reads how many bytes the current thread has allocated since its start. `None` if the
    /// allocator does not count them.
    pub allocated_by_thread: Option<fn() -> u64>,
    /// Reads the bytes that the allocator holds. Gives `None` if the allocator reports none.
    pub heap: fn() -> Option<HeapReading>,
}

/// An allocator's own readings, in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HeapReading {
    /// Live allocations.
    pub allocated_bytes: u64,
    /// Pages with live allocations.
    pub active_bytes: u64,
    /// All resident pages.
    pub resident_bytes: u64,
    /// Freed pages that the allocator retains.
    pub dirty_bytes: u64,
}

impl Installed {
    /// Checks that this process has the allocator that the features select and the program
    /// expects.
    ///
    /// # Errors
    /// If it has another one. Features add up over all that one `cargo` command builds, so a
    /// worker that is built together with other packages may have another allocator.
    pub fn check() -> anyhow::Result<Self> {
        let installed = installed()?;
        let name = installed.allocator.name();
        match env::var(EXPECTED) {
            Ok(expected) if expected != name => bail!(
                "this worker has {name} and not {expected}: another `cargo` command built the \
                 worker at the same time; run the program again"
            ),
            _ => Ok(installed),
        }
    }
}

#[cfg(not(any(feature = "jemalloc", feature = "mimalloc")))]
fn installed() -> anyhow::Result<Installed> {
    // `glibc 2.36`. The C libraries of other systems have no such variable.
    let output = std::process::Command::new("getconf").arg("GNU_LIBC_VERSION").output().ok();
    let text = output
        .filter(|output| output.status.success())
        .and_then(|output| String::from_utf8(output.stdout).ok());
    let version = text.and_then(|text| Some(text.trim().strip_prefix("glibc ")?.to_owned()));
    Ok(Installed { allocator: Allocator::Glibc, version, allocated_by_thread: None, heap: || None })
}

#[cfg(feature = "jemalloc")]
fn installed() -> anyhow::Result<Installed> {
    use request_arena::jemalloc;

    let status = jemalloc::start();
    ensure!(
        status.global && status.prefixed,
        "jemalloc is not the allocator of this worker's Rust code alone: build the worker by a \
         `cargo` command of its own"
    );
    let version = tikv_jemalloc_ctl::version::read().ok();
    Ok(Installed {
        allocator: Allocator::Jemalloc,
        version: version.map(|version| version.trim_end_matches('\0').to_owned()),
        allocated_by_thread: Some(jemalloc::allocated_by_thread),
        heap: || {
            let reading = jemalloc::read().ok()?;
            Some(HeapReading {
                allocated_bytes: reading.allocated_bytes,
                active_bytes: reading.active_bytes,
                resident_bytes: reading.resident_bytes,
                dirty_bytes: reading.dirty_bytes,
            })
        },
    })
}

#[cfg(feature = "mimalloc")]
fn installed() -> anyhow::Result<Installed> {
    let (allocator, selected) = if cfg!(feature = "mimalloc-2") {
        (Allocator::Mimalloc2, 2)
    } else {
        (Allocator::Mimalloc3, 3)
    };
    let version = SELECTED.version();
    let (major, minor, patch) = (version / 10_000, version / 100 % 100, version % 100);
    // mimalloc's own feature `v2` selects its version, and another package may enable it.
    ensure!(
        major == selected,
        "this worker has mimalloc {major}.{minor}.{patch} and not mimalloc {selected}: build the \
         worker by a `cargo` command of its own"
    );
    Ok(Installed {
        allocator,
        version: Some(format!("{major}.{minor}.{patch}")),
        allocated_by_thread: None,
        heap: || None,
    })
}
