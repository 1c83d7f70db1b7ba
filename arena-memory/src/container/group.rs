//! The control group of this process: it is found once, and then followed.

use core::fmt;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use super::{ContainerReading, Version, find};

/// The control group of this process.
#[derive(Clone, Debug)]
#[cfg_attr(
    not(any(target_os = "linux", target_os = "android")),
    allow(dead_code, reason = "on other systems there is never a group")
)]
pub struct Container {
    /// Everything is read beneath this directory, which is `/` except for tests.
    pub(super) root: PathBuf,
    /// Which group it was at the last reading: the lines of `/proc/self/cgroup`.
    pub(super) named: String,
    pub(super) version: Version,
    /// The group, and the groups above it that are visible. At least one.
    pub(super) groups: Vec<PathBuf>,
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

/// Reads the group of this process, which it finds at the first call and then follows. All callers
/// share it, so a call costs about 100 us.
///
/// # Errors
///
/// Fails under the same conditions as [`Container::find`]. The next call tries again.
///
/// ```
/// use request_arena_memory::container;
///
/// match container::read() {
///     Ok(reading) => println!("{:?} left", reading.kept_headroom_bytes()),
///     Err(error) => println!("{error}"),
/// }
/// ```
pub fn read() -> Result<ContainerReading, Error> {
    static FOUND: Mutex<Option<Container>> = Mutex::new(None);
    let mut found = FOUND.lock().unwrap_or_else(PoisonError::into_inner);
    let mut container = match found.take() {
        Some(container) => container,
        None => Container::find()?,
    };
    let reading = container.read()?;
    *found = Some(container);
    Ok(reading)
}

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
    /// Fails under the same conditions as [`find`](Self::find). It returns [`Error::Unreadable`],
    /// too, if a limit or the memory below it cannot be read. The process may have no free file
    /// descriptor. The next call tries again.
    pub fn read(&mut self) -> Result<ContainerReading, Error> {
        self.follow()?;
        super::read::read(self)
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
