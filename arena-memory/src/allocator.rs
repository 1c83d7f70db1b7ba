//! The figures of the allocator, as a plain type that exists without the feature `jemalloc`.

/// The memory that jemalloc holds, in bytes, at one moment. `jemalloc::read` reads it, with the
/// feature `jemalloc`.
///
/// The names and meanings are those of jemalloc's `stats.*`. In general
/// `allocated_bytes <= active_bytes <= resident_bytes`. Other threads may allocate and free while
/// jemalloc collects the figures.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct AllocatorReading {
    /// Bytes of live allocations, each rounded up to its size class: `stats.allocated`. Memory in
    /// the threads' caches counts as allocated.
    pub allocated_bytes: u64,
    /// Bytes of pages that hold at least one live allocation: `stats.active`. The difference to
    /// `allocated_bytes` is lost to fragmentation.
    pub active_bytes: u64,
    /// The most bytes of physical memory that jemalloc's pages can take now: `stats.resident`. It
    /// counts pages in use, jemalloc's own structures, and freed pages not yet given back. It is
    /// an upper bound, since it includes pages that were never touched.
    pub resident_bytes: u64,
    /// Bytes of jemalloc's own structures: `stats.metadata`.
    pub metadata_bytes: u64,
    /// Bytes of address space that jemalloc gave back to the operating system but keeps reserved:
    /// `stats.retained`. It is not physical memory and not part of RSS.
    pub retained_bytes: u64,
    /// Bytes of address space that jemalloc has mapped and uses: `stats.mapped`. It does not
    /// include freed or retained pages, so it may be above or below `resident_bytes`.
    pub mapped_bytes: u64,
    /// Bytes of freed pages that stay resident until they decay:
    /// `stats.arenas.<all>.pdirty`, times the page size.
    pub dirty_bytes: u64,
    /// Bytes of freed pages that the operating system may take back when memory is short:
    /// `stats.arenas.<all>.pmuzzy`, times the page size. RSS counts them until then. It is 0 in
    /// jemalloc's default build, which gives such pages back at once.
    pub muzzy_bytes: u64,
    /// Whether jemalloc's background thread runs: `background_thread`. It gives freed pages back
    /// even while no thread allocates.
    pub background_thread: bool,
}

impl AllocatorReading {
    /// The memory of pages in use over the memory of live allocations: `active / allocated`. The
    /// best value is 1.0. `None` if nothing is allocated.
    ///
    /// `resident / allocated` would be misleading. It is about 200 after a program frees
    /// everything, and falls by itself as pages decay.
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
