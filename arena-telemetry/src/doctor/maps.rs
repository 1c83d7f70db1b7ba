//! The process's maps, for what no counter tells: stacks, the program's own data, and whose the rest is. The kernel walks all page tables for it, 10 to 20 ms for each GiB
//! of physical memory, so it is read for a diagnosis and not for a reading.

use super::probe::Probe;
use crate::ProcessReading;

/// Physical memory by kind, in bytes, at one moment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Maps {
    pub(super) rss: u64,
    pub(super) file: u64,
    pub(super) shared: u64,
    pub(super) stacks: u64,
    /// Written pages of the program's and its libraries' data.
    pub(super) data: u64,
    /// All other anonymous memory.
    pub(super) anonymous: u64,
    /// Of that, what is in maps that a probe knows for its own; in the order of the probes.
    pub(super) owned: Vec<Option<u64>>,
    /// Of that, what the kernel may take when it likes.
    pub(super) lazily_freed: u64,
}

impl Maps {
    /// Where memory was at an earlier reading, as far as the process's counters tell: stacks and the program's data are taken for what they are now, and whose a map was is
    /// not known.
    pub(super) fn at(&self, process: &ProcessReading) -> Self {
        let stacks = self.stacks.min(process.anonymous_bytes);
        let data = self.data.min(process.anonymous_bytes - stacks);
        Self {
            rss: process.rss_bytes,
            file: process.file_bytes,
            shared: process.shared_bytes,
            stacks,
            data,
            anonymous: process.anonymous_bytes - stacks - data,
            owned: Vec::new(),
            lazily_freed: 0,
        }
    }
}

#[cfg(any(target_os = "linux", target_os = "android"))]
impl Maps {
    /// `None` if `/proc` does not tell.
    pub(super) fn read(probes: &[Box<dyn Probe>]) -> Option<Self> {
        use procfs::FromRead;
        let maps = procfs::process::MemoryMaps::from_file("/proc/self/smaps").ok()?;
        let mut sum = Self { owned: vec![None; probes.len()], ..Self::default() };
        let mut above = Above::default();
        for map in &maps {
            sum.add(map, &mut above, probes);
        }
        Some(sum)
    }

    fn add(&mut self, map: &procfs::process::MemoryMap, above: &mut Above, probes: &[Box<dyn Probe>]) {
        use procfs::process::{MMPermissions, MMapPath};
        let of = |name: &str| map.extension.map.get(name).copied().unwrap_or(0);
        let (rss, anonymous) = (of("Rss"), of("Anonymous"));
        let is_guard = map.perms.contains(MMPermissions::PRIVATE)
            && !map.perms.intersects(MMPermissions::READ | MMPermissions::WRITE | MMPermissions::EXECUTE);
        let is_writable = map.perms.contains(MMPermissions::WRITE);
        let is_shared = map.perms.contains(MMPermissions::SHARED);
        let (start, end) = map.address;
        let after_file = above.file_end == start;
        let after_guard = above.guard.is_some_and(|(from, to)| to == start && to - from <= MOST_GUARD);
        above.guard = is_guard.then_some((start, end));
        above.file_end = if matches!(map.pathname, MMapPath::Path(_)) { end } else { 0 };
        self.rss += rss;
        self.lazily_freed += of("LazyFree");
        match &map.pathname {
            MMapPath::Stack | MMapPath::TStack(_) => self.stacks += anonymous,
            MMapPath::Path(path) if is_shared && is_memory(path) => self.shared += rss,
            MMapPath::Path(_) => {
                self.data += anonymous;
                self.file += rss - anonymous;
            }
            MMapPath::Vsys(_) => self.shared += rss,
            MMapPath::Anonymous if is_writable && after_file => self.data += anonymous,
            MMapPath::Anonymous if is_writable && after_guard && end - start <= MOST_STACK => self.stacks += anonymous,
            _ if is_shared => self.shared += rss,
            _ => {
                self.anonymous += anonymous;
                self.file += rss - anonymous;
                for (probe, owned) in probes.iter().zip(&mut self.owned) {
                    if let Some(is_own) = probe.owns(start as usize..end as usize) {
                        *owned.get_or_insert(0) += if is_own { anonymous } else { 0 };
                    }
                }
            }
        }
    }
}

#[cfg(not(any(target_os = "linux", target_os = "android")))]
impl Maps {
    pub(super) fn read(_: &[Box<dyn Probe>]) -> Option<Self> {
        None
    }
}

/// A stack lies right above a map that nobody may touch, of one page by default. What is larger than this keeps an allocator's address space free.
const MOST_GUARD: u64 = 1 << 20;

/// The largest map above a guard that is taken for a stack: of a thread that asked for eight times the usual 8 MiB.
const MOST_STACK: u64 = 64 << 20;

/// The map before this one.
#[derive(Debug, Default)]
struct Above {
    guard: Option<(u64, u64)>,
    file_end: u64,
}

/// Whether a file is memory by another name.
fn is_memory(path: &std::path::Path) -> bool {
    ["/dev/shm/", "/memfd:", "/SYSV", "/dev/zero"].iter().any(|prefix| path.to_string_lossy().starts_with(prefix))
}
