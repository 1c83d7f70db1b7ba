//! The operating system's counters for the process: physical memory by kind, address space, page
//! faults, threads.

/// The memory that the process holds, at one moment. `process::read` reads it, with the feature
/// `process`.
///
/// `rss_bytes` is the sum of `anonymous_bytes`, `file_bytes` and `shared_bytes`. The difference
/// matters for a service that maps files, such as LMDB or a search index. A leak is in
/// `anonymous_bytes`. `file_bytes` are pages of mapped files, which the kernel takes back when
/// memory is short.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct ProcessReading {
    /// Bytes of physical memory: `VmRSS`.
    pub rss_bytes: u64,
    /// Bytes of physical memory without a file behind them, such as heap and stacks: `RssAnon`.
    pub anonymous_bytes: u64,
    /// Bytes of physical memory in pages of mapped files and of the program's code: `RssFile`.
    pub file_bytes: u64,
    /// Bytes of physical memory that is shared memory: `RssShmem`.
    pub shared_bytes: u64,
    /// Bytes that are swapped out: `VmSwap`.
    pub swapped_bytes: u64,
    /// Bytes of address space: `VmSize`. It is not memory: it includes the whole of each mapped
    /// file.
    pub virtual_bytes: u64,
    /// Bytes of `anonymous_bytes` that the program gave back by `MADV_FREE`, and that the kernel
    /// takes when memory is short: `LazyFree` of `smaps_rollup`. `None` if the kernel does not
    /// report it.
    pub lazily_freed_bytes: Option<u64>,
    /// Bytes of `anonymous_bytes` on transparent huge pages: `AnonHugePages` of `smaps_rollup`.
    /// `None` if the kernel does not report it.
    pub huge_page_bytes: Option<u64>,
    /// Bytes of page tables: `VmPTE`. They are memory of the kernel, and no part of `rss_bytes`.
    pub page_table_bytes: u64,
    /// Page faults without a read from disk since the process started: `minflt`.
    pub minor_page_faults: u64,
    /// Page faults with a read from disk since the process started: `majflt`.
    pub major_page_faults: u64,
    /// Microseconds of processor time in the program, of all threads: `utime`. The kernel counts in
    /// steps of 10 ms.
    pub user_micros: u64,
    /// Microseconds of processor time in the kernel, of all threads: `stime`. Page faults and
    /// returning pages are a part of it.
    pub system_micros: u64,
    /// The number of threads.
    pub threads: u64,
}

#[cfg(feature = "process")]
pub use read::{Error, add_counters, read, read_counters, read_memory, written_to_memory};

#[cfg(feature = "process")]
mod read;
