//! One reading of everything at one moment: the arenas, the allocator, the process. Each exporter
//! shows one of these.

use request_arena_core::{Report, report};

use crate::{AllocatorReading, ProcessReading};

/// The figures of the arenas, with what the allocator and the operating system say about the memory
/// around them.
///
/// What cannot be read is `None`, and everything else is there: a page of figures must not fail for
/// one of them. Ask `jemalloc::read` or `process::read` for the reason.
///
/// ```
/// let snapshot = request_arena_telemetry::Snapshot::take();
/// println!("{}", snapshot.report);
/// if let Some(process) = snapshot.process {
///     println!("{} bytes of RSS, {} of them anonymous", process.rss_bytes, process.anonymous_bytes);
/// }
/// ```
#[derive(Clone, Debug)]
#[cfg_attr(feature = "debug-page", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Snapshot {
    /// Every site with its figures, the open scopes, the pool.
    pub report: Report,
    /// What jemalloc holds. `None` without the feature `jemalloc`, or if jemalloc does not answer
    /// or is not the global allocator.
    pub allocator: Option<AllocatorReading>,
    /// What the process holds. `None` without the feature `process`, or where there is no `/proc`.
    pub process: Option<ProcessReading>,
    /// What the doctor found last, mode by mode. `None` without a running `doctor::Doctor`, and in
    /// its first minute.
    pub findings: Option<Vec<FindingReading>>,
}

/// Whether the doctor finds a mode. Part of a [`Snapshot`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "debug-page", derive(serde::Serialize))]
#[non_exhaustive]
pub struct FindingReading {
    /// The mode's name: `long_lived_arena`.
    pub mode: &'static str,
    /// Whether the doctor found it when it last judged by itself.
    pub found: bool,
}

impl Snapshot {
    /// Reads all that can be read. It takes no lock that a request takes; nothing of it is kept.
    #[must_use]
    pub fn take() -> Self {
        Self { report: report(), allocator: allocator(), process: process(), findings: findings() }
    }
}

#[cfg(feature = "jemalloc")]
fn allocator() -> Option<AllocatorReading> {
    crate::jemalloc::read().ok()
}

#[cfg(not(feature = "jemalloc"))]
fn allocator() -> Option<AllocatorReading> {
    None
}

#[cfg(feature = "process")]
fn process() -> Option<ProcessReading> {
    crate::process::read().ok()
}

#[cfg(not(feature = "process"))]
fn process() -> Option<ProcessReading> {
    None
}

#[cfg(feature = "doctor")]
fn findings() -> Option<Vec<FindingReading>> {
    use crate::doctor::{Mode, found_modes};

    let found = found_modes()?;
    let reading = |mode: Mode| FindingReading { mode: mode.as_str(), found: found.contains(&mode) };
    Some(Mode::ALL.map(reading).into())
}

#[cfg(not(feature = "doctor"))]
fn findings() -> Option<Vec<FindingReading>> {
    None
}
