//! Reads the limit, and the memory that counts against it.
//!
//! Of several limits the one with the least room counts. Page cache never counts: the kernel gives
//! it back before it refuses memory.

use std::path::{Path, PathBuf};

use request_arena_memory::container::{Container, Error};
use request_arena_memory::process;

use crate::options::{Options, Reading, Source};

/// The kind of limit that has the least room.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "snake_case"))]
#[non_exhaustive]
pub enum LimitOf {
    /// None is known: every request fits.
    #[default]
    Nothing,
    /// A control group of the process.
    Container,
    /// The machine's memory, as no group has a limit.
    Machine,
    /// [`Options::limit_bytes`].
    Options,
    /// [`Source::Function`].
    Function,
}

impl LimitOf {
    /// The name that labels and log fields use.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Nothing => "nothing",
            Self::Container => "container",
            Self::Machine => "machine",
            Self::Options => "options",
            Self::Function => "function",
        }
    }
}

/// Reads again and again.
#[derive(Debug)]
pub(crate) struct Reader {
    source: Source,
    limit_bytes: Option<u64>,
    container: Option<Container>,
    /// Whether there were figures of the container, of the machine, and of the process. If so, a
    /// reading without them fails.
    has_container: bool,
    has_machine: bool,
    has_process: bool,
    /// Free pages of the allocator at the last reading, which are not in it.
    free_bytes: u64,
}

impl Reader {
    pub(crate) fn new(options: &Options) -> Self {
        let Options { source, limit_bytes, .. } = options;
        Self {
            source: source.clone(),
            limit_bytes: *limit_bytes,
            container: None,
            has_container: false,
            has_machine: false,
            has_process: false,
            free_bytes: 0,
        }
    }

    /// The limit with the least room. `given` is what [`Source::Function`] has returned.
    ///
    /// `None` if there is no limit, or if a figure is unreadable that was readable before. A
    /// process without free descriptors must not seem to have more room.
    pub(crate) fn read(&mut self, given: Option<Reading>) -> Option<(LimitOf, Reading)> {
        let mut found: Vec<(LimitOf, Reading)> = Vec::new();
        let root = match &self.source {
            Source::System => Some(PathBuf::from("/")),
            Source::Beneath(root) => Some(root.clone()),
            Source::Process => None,
            Source::Function(_) => {
                found.extend(given.map(|reading| (LimitOf::Function, reading)));
                None
            }
        };
        let mut kept_by_container = None;
        if let Some(root) = root {
            let limits = self.container(&root).ok()?;
            kept_by_container = limits.as_ref().map(|(kept, _)| *kept);
            let limits = limits.map_or_else(Vec::new, |(_, limits)| limits);
            if limits.is_empty() {
                match machine(&root) {
                    Some(reading) => found.push((LimitOf::Machine, reading)),
                    None if self.has_machine => return None,
                    None => {}
                }
                self.has_machine = !found.is_empty();
            }
            found.extend(limits.into_iter().map(|reading| (LimitOf::Container, reading)));
        }
        if let Some(limit_bytes) = self.limit_bytes {
            let kept_bytes = kept_by_container.or_else(|| self.kept_by_process())?;
            found.push((LimitOf::Options, Reading { limit_bytes, kept_bytes }));
        }
        let room = |(_, reading): &(LimitOf, Reading)| {
            i128::from(reading.limit_bytes) - i128::from(reading.kept_bytes)
        };
        let (of, mut reading) = found.into_iter().min_by_key(room)?;
        let free_bytes = if self.is_of_process() { free_in_allocator() } else { 0 };
        self.free_bytes = free_bytes.min(reading.kept_bytes);
        reading.kept_bytes -= self.free_bytes;
        Some((of, reading))
    }

    /// The memory of this process that cannot be given back. 0 where the system does not report it:
    /// then only the weights of requests count against the limit.
    fn kept_by_process(&mut self) -> Option<u64> {
        let Ok(reading) = process::read_memory() else {
            return if self.has_process { None } else { Some(0) };
        };
        self.has_process = true;
        Some(reading.anonymous_bytes + reading.shared_bytes + reading.page_table_bytes)
    }

    /// Whether the readings have this process's memory. The figures of another machine, or of the
    /// user, may not.
    pub(crate) fn is_of_process(&self) -> bool {
        matches!(self.source, Source::System | Source::Process)
    }

    /// The free pages of the allocator that the last reading does not count, in bytes. The kernel
    /// counts them until they are given back.
    pub(crate) fn free_bytes(&self) -> u64 {
        self.free_bytes
    }

    /// The memory of the group that cannot be given back, and the same for each group on the way up
    /// that has a limit. `memory.high` is a limit, too: above it the kernel slows the process down.
    /// `None` if the process is in no group.
    ///
    /// Fails if a file of a group is unreadable that was readable before. The machine is not the
    /// limit then.
    fn container(&mut self, root: &Path) -> Result<Option<(u64, Vec<Reading>)>, Error> {
        if self.container.is_none() {
            self.container = Container::beneath(root).ok();
        }
        let Some(container) = &mut self.container else { return Ok(None) };
        let reading = match container.read() {
            Ok(reading) => reading,
            Err(error @ Error::Unreadable { .. }) if self.has_container => return Err(error),
            Err(_) => {
                self.container = None;
                return Ok(None);
            }
        };
        self.has_container = true;
        let limits = reading.limits.iter().chain(&reading.high_limits);
        let limits = limits
            .map(|limit| Reading { limit_bytes: limit.bytes, kept_bytes: limit.kept_bytes })
            .collect();
        Ok(Some((reading.kept_bytes(), limits)))
    }
}

/// The machine's memory. The kernel counts as available what it can give back.
#[cfg(any(target_os = "linux", target_os = "android"))]
fn machine(root: &Path) -> Option<Reading> {
    use procfs::FromRead as _;
    let meminfo = procfs::Meminfo::from_file(root.join("proc/meminfo")).ok()?;
    let limit_bytes = meminfo.mem_total;
    // Before Linux 3.14 there is no estimate.
    let available = meminfo.mem_available.unwrap_or(meminfo.mem_free + meminfo.cached);
    Some(Reading { limit_bytes, kept_bytes: limit_bytes.saturating_sub(available) })
}

#[cfg(not(any(target_os = "linux", target_os = "android")))]
fn machine(_: &Path) -> Option<Reading> {
    None
}

/// Freed pages that jemalloc keeps: the next request gets them first.
///
/// jemalloc counts freed pages that were never written, too, which take no memory. So at most the
/// memory counts that is not allocated. Allocations without written pages make it rather too small.
#[cfg(feature = "jemalloc")]
fn free_in_allocator() -> u64 {
    let Ok(heap) = request_arena_memory::jemalloc::read() else { return 0 };
    let free = heap.dirty_bytes + heap.muzzy_bytes;
    match process::read_memory() {
        Ok(reading) => free.min(reading.anonymous_bytes.saturating_sub(heap.allocated_bytes)),
        Err(process::Error::Unsupported) => free,
        Err(_) => 0,
    }
}

#[cfg(not(feature = "jemalloc"))]
fn free_in_allocator() -> u64 {
    0
}
