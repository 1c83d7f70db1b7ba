//! The modes: the reasons why a service's memory, its tail latency or its processor time grows.

use core::fmt;

use serde::{Deserialize, Serialize};

/// A reason why a service's memory, its tail latency or its processor time grows. Each mode has its
/// own mechanism, and a sign that distinguishes it from the others.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Mode {
    /// RSS grows by pages of mapped files (LMDB, a search index). The heap does not grow.
    PageCache,
    /// C code allocates from another allocator than Rust code. Rust's allocator does not count it.
    SecondAllocator,
    /// The allocator keeps freed pages for longer than its settings allow, and the program does not
    /// use them again.
    Retention,
    /// Live and freed objects share pages, so the allocator cannot give the pages back.
    Fragmentation,
    /// An arena outlives the requests that allocate in it, and their memory adds up.
    LongLivedArena,
    /// Values in an arena own heap memory, and the arena never runs their `Drop`.
    DropInArena,
    /// An arena that is reset and reused keeps the chunk of one large request for ever.
    ResetRatchet,
    /// A thread processes the frees of other threads all at once, and its next allocation waits for
    /// that.
    DelayedFree,
    /// The program or a library maps memory itself. No allocator counts it.
    AnonymousMaps,
    /// An allocator gives freed pages back, and the program soon faults them in again. That costs
    /// processor time.
    EagerPurging,
    /// The kernel backs the heap with huge pages, and free memory within them stays resident.
    HugePages,
    /// A queue, a table or a vector keeps the capacity of its worst moment.
    KeptCapacity,
    /// The container's memory grows outside of RSS: files on tmpfs, buffers of sockets, kernel
    /// memory.
    OutsideRss,
    /// A short slice of a buffer keeps the whole buffer alive.
    PinnedBuffers,
    /// Many threads have stacks that were written once, and stay until the threads end.
    ThreadStacks,
    /// Rust's allocator counts no live bytes. Its memory rose at once and stays: it is live, or it
    /// was freed and the allocator keeps it.
    UnreadHeap,
    /// The kernel killed a process of the container for memory, or the container's limit leaves no
    /// room for a burst.
    ContainerLimit,
    /// Threads of the container wait while the kernel frees memory.
    MemoryPressure,
    /// The service holds more and more memory.
    RealGrowth,
}

impl Mode {
    /// All modes, in the order of all lists.
    pub const ALL: [Self; 19] = [
        Self::PageCache,
        Self::SecondAllocator,
        Self::Retention,
        Self::Fragmentation,
        Self::LongLivedArena,
        Self::DropInArena,
        Self::ResetRatchet,
        Self::DelayedFree,
        Self::AnonymousMaps,
        Self::EagerPurging,
        Self::HugePages,
        Self::KeptCapacity,
        Self::OutsideRss,
        Self::PinnedBuffers,
        Self::ThreadStacks,
        Self::UnreadHeap,
        Self::ContainerLimit,
        Self::MemoryPressure,
        Self::RealGrowth,
    ];

    /// The name that labels and JSON use: `long_lived_arena`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::PageCache => "page_cache",
            Self::SecondAllocator => "second_allocator",
            Self::Retention => "retention",
            Self::Fragmentation => "fragmentation",
            Self::LongLivedArena => "long_lived_arena",
            Self::DropInArena => "drop_in_arena",
            Self::ResetRatchet => "reset_ratchet",
            Self::DelayedFree => "delayed_free",
            Self::AnonymousMaps => "anonymous_maps",
            Self::EagerPurging => "eager_purging",
            Self::HugePages => "huge_pages",
            Self::KeptCapacity => "kept_capacity",
            Self::OutsideRss => "outside_rss",
            Self::PinnedBuffers => "pinned_buffers",
            Self::ThreadStacks => "thread_stacks",
            Self::UnreadHeap => "unread_heap",
            Self::ContainerLimit => "container_limit",
            Self::MemoryPressure => "memory_pressure",
            Self::RealGrowth => "real_growth",
        }
    }

    /// The words for it in a sentence.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::PageCache => "pages of mapped files",
            Self::SecondAllocator => "a second allocator",
            Self::Retention => "freed memory that the allocator keeps",
            Self::Fragmentation => "fragmentation",
            Self::LongLivedArena => "an arena that outlives its requests",
            Self::DropInArena => "values in an arena that never runs their `Drop`",
            Self::ResetRatchet => "an arena that keeps the chunk of its largest request",
            Self::DelayedFree => "a long tail of latency",
            Self::AnonymousMaps => "memory that no allocator counts",
            Self::EagerPurging => "pages that are given back and soon needed again",
            Self::HugePages => "unused memory on huge pages",
            Self::KeptCapacity => "a collection that keeps the capacity of its worst moment",
            Self::OutsideRss => "memory of the container outside of RSS",
            Self::PinnedBuffers => "buffers that short slices keep alive",
            Self::ThreadStacks => "stacks of many threads",
            Self::UnreadHeap => "heap that may be live or free",
            Self::ContainerLimit => "the container's memory limit",
            Self::MemoryPressure => "threads that wait for memory",
            Self::RealGrowth => "real growth",
        }
    }
}

impl fmt::Display for Mode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.title())
    }
}

#[cfg(test)]
mod tests {
    use super::Mode;

    #[test]
    fn a_label_is_the_name_in_json() {
        for mode in Mode::ALL {
            assert_eq!(serde_json::to_string(&mode).unwrap(), format!("\"{}\"", mode.as_str()));
        }
    }
}
