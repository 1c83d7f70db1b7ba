//! The container in a diagnosis: how full it is, when it will be full, and sentences about both.

use core::fmt;

use request_arena_memory::container::Limit;
use serde::{Deserialize, Serialize};

use super::{ContainerSeen, sentences};
use crate::finding::size;
use crate::{Finding, Mode};

/// The memory of the process's container beside the limit that the kernel enforces first, in bytes.
/// A part of a [`Diagnosis`](crate::Diagnosis).
///
/// A limit may be of a group above the process's own. Then `used_bytes`, `working_set_bytes` and
/// `kept_bytes` are of that group.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ContainerMemory {
    /// The limit at which the kernel kills first. `None` without a limit.
    pub limit_bytes: Option<u64>,
    /// All memory that counts against the limit. Page cache fills it up in a healthy service.
    pub used_bytes: u64,
    /// The part of it that Kubernetes calls the working set: without page cache that was not used
    /// lately.
    pub working_set_bytes: u64,
    /// The part of it that the kernel cannot give back. When it reaches the limit, the kernel
    /// kills.
    pub kept_bytes: u64,
    /// The limit less `kept_bytes`. `None` without a limit.
    pub headroom_bytes: Option<u64>,
    /// Swapped memory. `None` if it is unknown.
    pub swapped_bytes: Option<u64>,
    /// Processes that the kernel killed since the group exists. `None` if it is unknown.
    pub oom_kills: Option<u64>,
    /// The part of them that it killed before the doctor's first reading.
    pub oom_kills_before: u64,
    /// The share of the last ten seconds (0 to 1) in which a task waited for memory. `None` if it
    /// is unknown.
    pub stalled_share: Option<f64>,
    /// How fast kept memory grows, in bytes a second. `None` if it does not.
    pub growth_bytes_per_second: Option<f64>,
    /// Seconds until the limit is reached at this rate. `None` without growth or without a limit.
    pub limit_in_seconds: Option<f64>,
    /// What a person should know of it, each a sentence. Empty if there is nothing.
    pub sentences: Vec<String>,
}

impl ContainerMemory {
    /// The container at the last reading. `growth` is that of its kept memory, in bytes a second.
    /// `None` if the process is in no container.
    pub(crate) fn of(
        seen: &ContainerSeen,
        growth: Option<f64>,
        findings: &[Finding],
    ) -> Option<Self> {
        let reading = seen.last()?;
        let tightest = reading.tightest_kept();
        let growth = rate(growth, findings);
        let headroom = tightest.map(Limit::kept_remaining_bytes);
        let mut memory = Self {
            limit_bytes: tightest.map(|limit| limit.bytes),
            used_bytes: tightest.map_or(reading.used_bytes, |limit| limit.used_bytes),
            working_set_bytes: tightest
                .map_or_else(|| reading.working_set_bytes(), |limit| limit.working_set_bytes),
            kept_bytes: tightest.map_or_else(|| reading.kept_bytes(), |limit| limit.kept_bytes),
            headroom_bytes: headroom,
            swapped_bytes: reading.swap_bytes,
            oom_kills: reading.oom_kills,
            oom_kills_before: seen.kills_before(),
            stalled_share: reading.pressure.map(|pressure| pressure.some_share),
            growth_bytes_per_second: growth,
            limit_in_seconds: headroom.zip(growth).map(|(left, growth)| left as f64 / growth),
            sentences: Vec::new(),
        };
        memory.sentences = sentences::of(&memory, reading.is_oom_kill_disabled == Some(true));
        Some(memory)
    }

    /// The sentence about kills before the doctor's start.
    pub(crate) fn killed_before(&self) -> Option<String> {
        sentences::killed(self)
    }

    /// The part of the working set that the kernel gives back: nearly all of it is page cache.
    #[must_use]
    pub const fn cached_bytes(&self) -> u64 {
        self.working_set_bytes.saturating_sub(self.kept_bytes)
    }
}

/// A line of figures, and one for each sentence.
impl fmt::Display for ContainerMemory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { used_bytes, kept_bytes, .. } = *self;
        write!(
            f,
            "container: {} used, {} of that cannot be given back",
            size(used_bytes),
            size(kept_bytes)
        )?;
        match self.limit_bytes {
            Some(limit) => write!(f, ", limit {}", size(limit))?,
            None => f.write_str(", no limit")?,
        }
        self.sentences.iter().try_for_each(|sentence| write!(f, "\n    {sentence}"))
    }
}

/// The rate at which the container fills up: that of its kept memory, or of the fastest finding if
/// that is faster. Several findings may be about the same memory, so they are not added up.
///
/// Growth of the container counts only beside a finding. Without one, it may be of another process.
fn rate(growth: Option<f64>, findings: &[Finding]) -> Option<f64> {
    // The kernel gives pages of mapped files back.
    let is_kept = |finding: &&Finding| finding.mode != Mode::PageCache;
    let slopes = findings.iter().filter(is_kept).filter_map(|finding| finding.slope);
    let fastest = slopes.filter(|&slope| slope > 0.0).max_by(f64::total_cmp)?;
    Some(growth.map_or(fastest, |growth| growth.max(fastest)))
}
