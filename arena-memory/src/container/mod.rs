//! The memory of the process's container: its control group, in version 1 or 2.
//!
//! A container is killed for the memory of its group, and not for the RSS of a process. The group
//! also counts files on tmpfs, page cache, buffers of sockets, page tables, and other processes.
//!
//! ```no_run
//! use request_arena_memory::container::Container;
//!
//! let mut container = Container::find()?;
//! let reading = container.read()?;
//! println!("{} bytes, {:?} below the limit", reading.used_bytes, reading.headroom_bytes());
//! # Ok::<(), request_arena_memory::container::Error>(())
//! ```
//!
//! # How the group is found
//!
//! `/proc/self/cgroup` names the group within its hierarchy, and `/proc/self/mountinfo` says where
//! the hierarchy is mounted. Three cases need care:
//!
//! * In a cgroup namespace the group is `/`, and the mount shows only the container's part.
//! * Without a namespace the group is a path of the host, and the mount's root is a part of it.
//! * The memory controller may be in version 1 while version 2 is mounted, too.
//!
//! A group without the memory controller is counted by the nearest group above it. The root group
//! of the machine is no container.
//!
//! # Limits
//!
//! Each group on the way up may have a limit, and each one counts. A limit of `max`, the largest
//! number of version 1, and a limit above the machine's memory are no limits. Groups above the
//! mount are invisible. Version 1 reports their lowest limit, and version 2 does not.
//!
//! The crate `procfs` parses the files of `/proc` and the pressure. It does not read groups.
//! `sysinfo` reads only the group at `/sys/fs/cgroup`, and `cgroups-rs` also sets groups up, with
//! many dependencies. So the files of the group are parsed here.

use core::fmt;
use std::path::{Path, PathBuf};

mod find;
mod read;
#[cfg(all(test, target_os = "linux"))]
mod tests;

/// The control group of this process.
#[derive(Clone, Debug)]
pub struct Container {
    /// Everything is read beneath this directory, which is `/` except for tests.
    root: PathBuf,
    /// Which group it was at the last reading: the lines of `/proc/self/cgroup`.
    named: String,
    version: Version,
    /// The group, and the groups above it that are visible. At least one.
    groups: Vec<PathBuf>,
}

/// The version of the control group.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
pub enum Version {
    /// Version 1: `memory.usage_in_bytes`.
    V1,
    /// Version 2: `memory.current`.
    V2,
}

/// The memory of a container at one moment, in bytes. Figures that the kernel does not report are
/// `None`.
#[derive(Clone, Debug, PartialEq)]
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
    /// Processes that the kernel killed, since they or others exceeded a limit: `oom_kill`.
    pub oom_kills: Option<u64>,
    /// How often the group reached its limit: `max` of `memory.events`, `memory.failcnt`.
    pub limit_hits: Option<u64>,
    /// How long tasks waited for memory. Version 1 has none.
    pub pressure: Option<Pressure>,
}

/// The limit of one group.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Limit {
    /// The limit in bytes.
    pub bytes: u64,
    /// The memory that counts against it. It is more than the process's group has if the limit is
    /// of a group above it.
    pub used_bytes: u64,
    /// The part of it that the kernel cannot give back without swap, as in
    /// [`ContainerReading::kept_bytes`]: without page cache.
    pub kept_bytes: u64,
    /// The directory of the group. For a limit above the mount it is the outermost visible group,
    /// and `used_bytes` does not have the memory of groups beside it.
    pub group: PathBuf,
}

/// How long tasks of the group waited for memory: `memory.pressure`. See
/// [PSI](https://docs.kernel.org/accounting/psi.html).
#[derive(Clone, Copy, Debug, PartialEq)]
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

/// Why there are no figures of a container.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Error {
    /// The operating system has no control groups.
    Unsupported,
    /// No group counts the memory of the process: it is in the root group, the memory controller is
    /// off, or its mount is not visible.
    NoGroup,
    /// A file cannot be read.
    Unreadable {
        /// The file.
        file: PathBuf,
        /// The problem.
        reason: String,
    },
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unsupported => {
                f.write_str("figures of a container need control groups, which only Linux has")
            }
            Self::NoGroup => f.write_str(
                "no control group counts this process's memory (is it in a container, and is \
                 `/sys/fs/cgroup` mounted?)",
            ),
            Self::Unreadable { file, reason } => {
                write!(f, "cannot read {}: {reason} (is it mounted and visible?)", file.display())
            }
        }
    }
}

impl core::error::Error for Error {}

impl Container {
    /// Finds the group of this process. It costs about 100 us, and more with many mounts.
    ///
    /// # Errors
    ///
    /// Returns [`Error::NoGroup`] for a process that no group counts, [`Error::Unsupported`] on
    /// systems other than Linux, and [`Error::Unreadable`] if `/proc` is not visible.
    pub fn find() -> Result<Self, Error> {
        Self::beneath("/")
    }

    /// Like [`find`](Self::find), with `/proc` and `/sys` beneath another directory. Tests use it
    /// with directories that show another machine.
    ///
    /// # Errors
    ///
    /// Fails under the same conditions as [`find`](Self::find).
    pub fn beneath(root: impl Into<PathBuf>) -> Result<Self, Error> {
        find::beneath(root.into())
    }

    /// Reads the group. If the process has moved to another group, it reads that one.
    ///
    /// It costs about 100 us: the kernel sums its counters up for the files, and there is a file
    /// for each figure.
    ///
    /// # Errors
    ///
    /// Fails under the same conditions as [`find`](Self::find).
    pub fn read(&mut self) -> Result<ContainerReading, Error> {
        self.follow()?;
        read::read(self)
    }

    /// The directory of the group that counts the memory of the process.
    #[must_use]
    pub fn group(&self) -> &Path {
        self.groups.first().map_or(Path::new("/"), PathBuf::as_path)
    }

    /// The version of the group.
    #[must_use]
    pub const fn version(&self) -> Version {
        self.version
    }

    /// The processes in the group itself, without groups within it. `None` if that is not visible.
    #[must_use]
    pub fn processes(&self) -> Option<usize> {
        let listed = std::fs::read_to_string(self.group().join("cgroup.procs")).ok()?;
        Some(listed.lines().count())
    }
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

    /// Memory that the kernel cannot give back without swap: anonymous and shared memory, buffers
    /// of sockets, and its own memory except for caches.
    #[must_use]
    pub fn kept_bytes(&self) -> u64 {
        self.anonymous_bytes
            + self.shared_bytes
            + self.socket_bytes.unwrap_or(0)
            + self.kept_kernel_bytes()
    }

    /// Memory of the kernel that it cannot give back: without caches of file names and inodes.
    #[must_use]
    pub fn kept_kernel_bytes(&self) -> u64 {
        let kernel = self.kernel_bytes.unwrap_or(0);
        kernel.saturating_sub(self.reclaimable_kernel_bytes.unwrap_or(0))
    }
}

impl Limit {
    /// The memory that is left.
    #[must_use]
    pub const fn remaining_bytes(&self) -> u64 {
        self.bytes.saturating_sub(self.used_bytes)
    }
}
