//! A snapshot: one reading of the arenas, the allocator, the process, its container, the doctor and
//! the gates of admission control. Each exporter shows one.

use request_arena_core::{Report, report};

use crate::{AllocatorReading, ContainerReading, ProcessReading};

mod judgement;

pub use judgement::{ClassReading, DoctorReading, FindingReading, ModeReading};

/// The figures of the arenas, and of the memory around them.
///
/// A part that cannot be read is `None`, and the other parts are still there. `jemalloc::read`,
/// `process::read` and `container::read` return the reason.
///
/// ```
/// let snapshot = request_arena_telemetry::Snapshot::take();
/// println!("{}", snapshot.report);
/// if let Some(process) = snapshot.process {
///     println!("{} of {} bytes are anonymous", process.anonymous_bytes, process.rss_bytes);
/// }
/// ```
#[derive(Clone, Debug)]
#[cfg_attr(feature = "debug-page", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Snapshot {
    /// Every handler with its figures, the open scopes, and the pool.
    pub report: Report,
    /// jemalloc's figures. `None` without the feature `jemalloc`, or if jemalloc does not answer or
    /// is not the global allocator.
    pub allocator: Option<AllocatorReading>,
    /// The process's counters. `None` without the feature `process`, or without `/proc`.
    pub process: Option<ProcessReading>,
    /// The container's memory and limits. `None` without the feature `process`, or if no control
    /// group counts the process's memory.
    pub container: Option<ContainerReading>,
    /// The last judgement that a running `doctor::Doctor` made by itself. `None` without one, and
    /// in its first minute.
    pub doctor: Option<DoctorReading>,
    /// The gates of admission control, with the feature `admission`. Empty without a gate.
    #[cfg(feature = "admission")]
    pub admission: Vec<request_arena_admission::Snapshot>,
}

impl Snapshot {
    /// Reads all parts. It takes no lock that a request takes.
    #[must_use]
    pub fn take() -> Self {
        Self {
            report: report(),
            allocator: allocator(),
            process: process(),
            container: container(),
            doctor: DoctorReading::take(),
            #[cfg(feature = "admission")]
            admission: request_arena_admission::snapshots(),
        }
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

#[cfg(feature = "process")]
fn container() -> Option<ContainerReading> {
    crate::container::read().ok()
}

#[cfg(not(feature = "process"))]
fn container() -> Option<ContainerReading> {
    None
}
