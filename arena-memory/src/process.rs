//! What the operating system says that the process holds: physical memory by kind, address space,
//! page faults, threads.

/// What the process holds, at one moment. Read by `process::read` with the feature `process`.
///
/// `rss_bytes` is the sum of `anonymous_bytes`, `file_bytes` and `shared_bytes`. For a service that
/// maps files (LMDB, a search index) the difference counts: a leak is in `anonymous_bytes`;
/// `file_bytes` are pages of mapped files, which the kernel takes back when it is short of memory.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct ProcessReading {
    /// Bytes of physical memory: `VmRSS`.
    pub rss_bytes: u64,
    /// Bytes of it that no file is behind, heap and stacks: `RssAnon`.
    pub anonymous_bytes: u64,
    /// Bytes of it that are pages of mapped files, with the program's own code: `RssFile`.
    pub file_bytes: u64,
    /// Bytes of it that are shared memory: `RssShmem`.
    pub shared_bytes: u64,
    /// Bytes that are swapped out: `VmSwap`.
    pub swapped_bytes: u64,
    /// Bytes of address space: `VmSize`. Not memory: a map of a large file is all in here.
    pub virtual_bytes: u64,
    /// Bytes of `anonymous_bytes` that were given back by `MADV_FREE`, and that the kernel takes
    /// when it is short of memory: `LazyFree` of `smaps_rollup`. `None` where the kernel does not
    /// tell.
    pub lazily_freed_bytes: Option<u64>,
    /// Page faults without a read from disk, since the process began: `minflt`.
    pub minor_page_faults: u64,
    /// Page faults that had to read from disk, since the process began: `majflt`.
    pub major_page_faults: u64,
    /// Threads.
    pub threads: u64,
}

#[cfg(feature = "process")]
pub use read::{Error, read, read_counters};

#[cfg(feature = "process")]
mod read;
