//! The figures of a container. They exist without the feature `process`, too, so that exporters
//! are the same with and without it.

use std::path::PathBuf;

/// The version of the control group.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
pub enum Version {
    /// Version 1: `memory.usage_in_bytes`.
    V1,
    /// Version 2: `memory.current`.
    #[default]
    V2,
}

/// The memory of a container at one moment, in bytes. Figures that the kernel does not report are
/// `None`.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct ContainerReading {
    /// The version of the group.
    pub version: Version,
    /// All memory of the group and of the groups within it: `memory.current`,
    /// `memory.usage_in_bytes`.
    pub used_bytes: u64,
    /// The most that it has been: `memory.peak`, `memory.max_usage_in_bytes`.
    pub peak_bytes: Option<u64>,
    /// The limits of the group and of the groups above it, from the inside to the outside:
    /// `memory.max`, `memory.limit_in_bytes`. Above them the kernel kills a process.
    pub limits: Vec<Limit>,
    /// The same for `memory.high`, above which the kernel slows processes down.
    pub high_limits: Vec<Limit>,
    /// Memory that the kernel protects from reclaim: `memory.low`.
    pub low_bytes: Option<u64>,
    /// Swapped memory.
    pub swap_bytes: Option<u64>,
    /// The limit of swap: `memory.swap.max`, or the difference of version 1's limits with and
    /// without swap.
    pub swap_limit_bytes: Option<u64>,
    /// The physical memory of the machine.
    pub machine_bytes: Option<u64>,
    /// Anonymous memory of all processes.
    pub anonymous_bytes: u64,
    /// The part of it on huge pages.
    pub huge_bytes: Option<u64>,
    /// Page cache of files, without tmpfs.
    pub file_bytes: u64,
    /// The part of the page cache that was not used lately: `inactive_file`.
    pub inactive_file_bytes: u64,
    /// The part of the page cache that is locked in memory, such as an index under `mlock`. The
    /// kernel cannot give it back.
    pub locked_file_bytes: u64,
    /// Files on tmpfs and shared memory: `shmem`.
    pub shared_bytes: u64,
    /// Memory that is locked or cannot be evicted for another reason. It is a part of the others.
    pub unevictable_bytes: u64,
    /// Memory of the kernel, without buffers of sockets.
    pub kernel_bytes: Option<u64>,
    /// The part of it that the kernel gives back when memory is short: caches of file names and
    /// inodes.
    pub reclaimable_kernel_bytes: Option<u64>,
    /// The part of it in page tables.
    pub page_table_bytes: Option<u64>,
    /// The part of it in the kernel's stacks of threads.
    pub kernel_stack_bytes: Option<u64>,
    /// Buffers of sockets.
    pub socket_bytes: Option<u64>,
    /// Processes of the group that the kernel killed since the group exists, because they or others
    /// exceeded a limit: `oom_kill`. It survives a process that is started again in the group.
    pub oom_kills: Option<u64>,
    /// How often the group reached its limit: `max` of `memory.events`, `memory.failcnt`. Each time
    /// the kernel gave page cache back, or failed to.
    pub limit_hits: Option<u64>,
    /// How often the group was slowed down at `memory.high`. Version 1 has none.
    pub high_hits: Option<u64>,
    /// Whether the kernel stops processes at the limit instead of killing one: `oom_kill_disable`.
    /// Version 2 has none.
    pub is_oom_kill_disabled: Option<bool>,
    /// Whether processes are stopped at the limit now: `under_oom`. Version 2 has none.
    pub is_under_oom: Option<bool>,
    /// How long tasks waited for memory. Version 1 has none.
    pub pressure: Option<Pressure>,
}

/// The limit of one group.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Limit {
    /// The limit in bytes.
    pub bytes: u64,
    /// The memory that counts against it. It is more than the process's group has if the limit is
    /// of a group above it.
    pub used_bytes: u64,
    /// The part of it that the kernel cannot give back, see [`ContainerReading::kept_bytes`].
    pub kept_bytes: u64,
    /// The part of it that Kubernetes calls the working set, see
    /// [`ContainerReading::working_set_bytes`].
    pub working_set_bytes: u64,
    /// The directory of the group. For a limit above the mount it is the outermost visible group,
    /// and the other figures do not have the memory of groups beside it.
    #[cfg_attr(feature = "serde", serde(serialize_with = "shown"))]
    pub group: PathBuf,
}

/// A path as text. One that is not UTF-8 has replacement characters.
#[cfg(feature = "serde")]
fn shown<S: serde::Serializer>(path: &std::path::Path, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(&path.display())
}

/// How long tasks of the group waited for memory: `memory.pressure`. See
/// [PSI](https://docs.kernel.org/accounting/psi.html).
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Pressure {
    /// The share of the last 10 s (0 to 1) in which at least one task waited.
    pub some_share: f64,
    /// The share of the last 10 s (0 to 1) in which all tasks waited.
    pub full_share: f64,
    /// Microseconds since the start in which at least one task waited.
    pub some_micros: u64,
    /// Microseconds since the start in which all tasks waited.
    pub full_micros: u64,
}

impl ContainerReading {
    /// The lowest limit, if there is any.
    #[must_use]
    pub fn limit(&self) -> Option<&Limit> {
        self.limits.iter().min_by_key(|limit| limit.bytes)
    }

    /// The limit that is reached first: the one with the least memory left.
    #[must_use]
    pub fn tightest(&self) -> Option<&Limit> {
        self.limits.iter().min_by_key(|limit| limit.remaining_bytes())
    }

    /// The limit at which the kernel kills first: the one with the least memory left if all that
    /// can be given back is. `None` if there is no limit.
    #[must_use]
    pub fn tightest_kept(&self) -> Option<&Limit> {
        self.limits.iter().min_by_key(|limit| limit.kept_remaining_bytes())
    }

    /// The memory that processes can still take before the kernel kills one: the limit less
    /// [kept memory](Self::kept_bytes), at the [tightest limit](Self::tightest_kept). `None` if
    /// there is no limit.
    #[must_use]
    pub fn kept_headroom_bytes(&self) -> Option<u64> {
        self.tightest_kept().map(Limit::kept_remaining_bytes)
    }

    /// The memory that is left until a limit is reached. `None` if there is no limit. Page cache
    /// counts as used, although the kernel gives it back first.
    #[must_use]
    pub fn headroom_bytes(&self) -> Option<u64> {
        self.tightest().map(Limit::remaining_bytes)
    }

    /// The working set, as Kubernetes counts it: all memory without page cache that was not used
    /// lately. It includes page cache that the kernel can give back.
    #[must_use]
    pub fn working_set_bytes(&self) -> u64 {
        self.used_bytes.saturating_sub(self.inactive_file_bytes)
    }

    /// Memory that the kernel cannot give back without swap: anonymous and shared memory, locked
    /// files, buffers of sockets, and its own memory except for caches. Version 1 does not say how
    /// much of the kernel's memory are caches, so it is an upper bound there.
    #[must_use]
    pub fn kept_bytes(&self) -> u64 {
        let parts = [
            self.shared_bytes,
            self.locked_file_bytes,
            self.socket_bytes.unwrap_or(0),
            self.kept_kernel_bytes(),
        ];
        parts.into_iter().fold(self.anonymous_bytes, u64::saturating_add)
    }

    /// Memory of the kernel that it cannot give back: without caches of file names and inodes.
    #[must_use]
    pub fn kept_kernel_bytes(&self) -> u64 {
        let kernel = self.kernel_bytes.unwrap_or(0);
        kernel.saturating_sub(self.reclaimable_kernel_bytes.unwrap_or(0))
    }
}

impl Limit {
    /// The memory that is left. Page cache counts as used.
    #[must_use]
    pub const fn remaining_bytes(&self) -> u64 {
        self.bytes.saturating_sub(self.used_bytes)
    }

    /// The memory that is left if the kernel gives back all that it can.
    #[must_use]
    pub const fn kept_remaining_bytes(&self) -> u64 {
        self.bytes.saturating_sub(self.kept_bytes)
    }
}
