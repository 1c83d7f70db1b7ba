//! The process's memory maps, sorted by kind. Unlike the counters, they show stacks, the program's
//! own data, and the allocator that each other map belongs to.
//!
//! The kernel walks all page tables for a reading, which takes 10 to 20 ms for each GiB of physical
//! memory. So read maps only for a diagnosis. For frequent readings, use the
//! [counters](crate::process::read_counters).
//!
//! ```
//! use request_arena_memory::maps::Maps;
//!
//! if let Some(maps) = Maps::read(0, |_, _| None) {
//!     println!("{} of {} bytes are stacks", maps.stacks, maps.rss);
//! }
//! ```

use core::ops::Range;

mod groups;
#[cfg(any(target_os = "linux", target_os = "android"))]
mod linux;

pub use self::groups::{MapGroup, MapSize};
use crate::ProcessReading;

/// Physical memory by kind, in bytes, at one moment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Maps {
    /// All physical memory.
    pub rss: u64,
    /// Pages of mapped files and of the program itself.
    pub file: u64,
    /// Shared memory.
    pub shared: u64,
    /// Stacks of threads.
    pub stacks: u64,
    /// Written pages of the program's and its libraries' data.
    pub data: u64,
    /// All other anonymous memory.
    pub anonymous: u64,
    /// The part of `anonymous` that belongs to each owner. `None` for an owner that does not know
    /// which maps are its own.
    pub owned: Vec<Option<u64>>,
    /// The part of `anonymous` that the kernel may take at any time.
    pub lazily_freed: u64,
    /// The mapped files with the most physical memory, the largest first. At most
    /// [`Maps::MOST_FILES`].
    pub files: Vec<MappedFile>,
    /// The part of all anonymous memory that is on huge pages.
    pub huge: u64,
    /// The part of it in maps of heaps: they have an owner, or were made with `MAP_NORESERVE`.
    pub huge_of_heaps: u64,
    /// The part of `anonymous` in maps of heaps, on huge pages or not.
    pub heaps: u64,
    /// The maps of `anonymous` by name, permissions and owner, the largest groups first.
    pub groups: Vec<MapGroup>,
}

/// A mapped file, and its pages in physical memory.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct MappedFile {
    /// Its path, which ends with ` (deleted)` if the file was removed.
    pub path: String,
    /// Bytes of its pages that are in physical memory.
    pub bytes: u64,
}

impl MappedFile {
    /// A file with this path, and as many bytes in physical memory.
    #[must_use]
    pub fn new(path: impl Into<String>, bytes: u64) -> Self {
        Self { path: path.into(), bytes }
    }
}

impl Maps {
    /// The number of mapped files that are named.
    pub const MOST_FILES: usize = 8;

    /// Reads the maps of this process. `None` if `/proc/self/smaps` cannot be read, as on systems
    /// other than Linux.
    ///
    /// There are `owners` possible owners of anonymous maps, such as allocators.
    /// `owns(owner, addresses)` says whether a map belongs to one of them, or `None` if the owner
    /// does not know.
    #[must_use]
    pub fn read(owners: usize, owns: impl Fn(usize, Range<usize>) -> Option<bool>) -> Option<Self> {
        #[cfg(any(target_os = "linux", target_os = "android"))]
        return linux::read(owners, owns);
        #[cfg(not(any(target_os = "linux", target_os = "android")))]
        {
            let _ = (owners, owns);
            None
        }
    }

    /// Estimates the maps at an earlier reading of the process's counters. Stacks, the program's
    /// data, huge pages and maps outside of heaps are assumed to be as large as now. Owners are
    /// unknown.
    #[must_use]
    pub fn at(&self, process: &ProcessReading) -> Self {
        let stacks = self.stacks.min(process.anonymous_bytes);
        let data = self.data.min(process.anonymous_bytes - stacks);
        let anonymous = process.anonymous_bytes - stacks - data;
        let outside_heaps = self.anonymous.saturating_sub(self.heaps);
        Self {
            rss: process.rss_bytes,
            file: process.file_bytes,
            shared: process.shared_bytes,
            stacks,
            data,
            anonymous,
            owned: Vec::new(),
            lazily_freed: 0,
            files: Vec::new(),
            huge: self.huge.min(process.anonymous_bytes),
            huge_of_heaps: self.huge_of_heaps.min(process.anonymous_bytes),
            heaps: anonymous.saturating_sub(outside_heaps),
            groups: Vec::new(),
        }
    }
}
