//! What the allocator holds, as plain figures that an exporter can show whether or not a reader of
//! them is compiled in.

/// What jemalloc holds, in bytes, at one moment. Read by `jemalloc::read` with the feature
/// `jemalloc`.
///
/// The names and meanings are those of jemalloc's `stats.*`. It holds that
/// `allocated_bytes <= active_bytes <= resident_bytes`, up to what other threads allocate and free
/// while the figures are gathered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct AllocatorReading {
    /// Bytes of live allocations, each rounded up to its size class: `stats.allocated`. What the
    /// threads' caches keep ready counts as allocated.
    pub allocated_bytes: u64,
    /// Bytes of pages that hold at least one live allocation: `stats.active`. What it has above
    /// `allocated_bytes` is lost to fragmentation.
    pub active_bytes: u64,
    /// Most bytes of physical memory that jemalloc's pages can take now: `stats.resident`. The
    /// pages in use, its own structures, and freed pages not yet given back. It is an upper bound:
    /// a page that was never touched counts.
    pub resident_bytes: u64,
    /// Bytes of jemalloc's own structures: `stats.metadata`.
    pub metadata_bytes: u64,
    /// Bytes of address space that jemalloc gave back to the operating system but keeps reserved:
    /// `stats.retained`. Not physical memory: it is in no `RSS`, and no reason for concern.
    pub retained_bytes: u64,
    /// Bytes of address space that jemalloc has mapped and uses: `stats.mapped`. Freed pages are
    /// not in it, so it may be above or below `resident_bytes`; nor is what is retained.
    pub mapped_bytes: u64,
    /// Bytes of freed pages that are still resident, until they have decayed:
    /// `stats.arenas.<all>.pdirty`, times the page size.
    pub dirty_bytes: u64,
    /// Bytes of freed pages that the operating system may take back when it is short of memory:
    /// `stats.arenas.<all>.pmuzzy`, times the page size. Until it does, `RSS` counts them. 0 in
    /// jemalloc's default build, which gives them back at once.
    pub muzzy_bytes: u64,
    /// Whether jemalloc's background thread runs, which gives freed pages back also when nobody
    /// allocates: `background_thread`.
    pub background_thread: bool,
}

impl AllocatorReading {
    /// What the live allocations take against what they need: `active / allocated`, 1.0 at best.
    ///
    /// Not `resident / allocated`: that is 200 after everything was freed, and falls by itself as
    /// pages decay. `None` if nothing is allocated.
    #[must_use]
    pub fn fragmentation(&self) -> Option<f64> {
        (self.allocated_bytes > 0).then(|| self.active_bytes as f64 / self.allocated_bytes as f64)
    }
}

#[cfg(test)]
mod tests {
    use super::AllocatorReading;

    #[test]
    fn fragmentation_is_active_over_allocated() {
        let reading = AllocatorReading {
            allocated_bytes: 200,
            active_bytes: 300,
            resident_bytes: 9000,
            ..Default::default()
        };
        assert_eq!(reading.fragmentation(), Some(1.5));
        assert_eq!(AllocatorReading::default().fragmentation(), None);
    }
}
