//! What a lease has in use, had at its highest, and holds; with what its child scopes had.

use crate::figures::stats::Figures;
use crate::lease::Lease;

/// What a lease had when a child scope of it opened.
pub(crate) struct Before {
    used: usize,
    own_peak: usize,
    overlapping: (usize, usize),
}

impl Lease {
    /// Bytes in use, with the padding between allocations.
    pub(crate) fn used(&self) -> usize {
        self.chunks_and_used().1
    }

    /// The number of chunks, and the bytes in use in them.
    #[inline(always)]
    pub(super) fn chunks_and_used(&self) -> (usize, usize) {
        // SAFETY: rule 6 (handle.rs): only the lengths are read, no reference to a chunk's content
        // is made, and the lease is not `Sync`, so no allocation can happen between two steps of
        // the iteration.
        let chunks = unsafe { self.bump.iter_allocated_chunks_raw() };
        chunks.fold((0, 0), |(chunks, all), (_, used)| (chunks + 1, all + used))
    }

    /// Most bytes in use at any moment so far.
    pub(crate) fn peak_used(&self) -> usize {
        self.peak.get().max(self.own_peak())
    }

    fn own_peak(&self) -> usize {
        self.own_peak.get().max(self.used())
    }

    /// Chunk bytes taken from the global allocator and held at this moment.
    #[inline(always)]
    pub(crate) fn reserved(&self) -> usize {
        self.bump.allocated_bytes_including_metadata()
    }

    /// A child scope opens. What is returned is for [`Lease::child_ended`].
    pub(crate) fn child_opens(&self) -> Before {
        self.set_unusual();
        self.peak.set(self.peak_used());
        Before {
            used: self.used(),
            own_peak: self.own_peak.replace(0),
            overlapping: self.overlapping.replace((0, 0)),
        }
    }

    /// A child scope ended: what it had at its highest comes on top of what this lease had at its
    /// own highest meanwhile.
    ///
    /// They may not have come at the same moment. They did if this lease had the same all the time,
    /// or if both only grew.
    pub(crate) fn child_ended(&self, before: Before, child: &Figures) {
        let (used, own_peak) = (self.used(), self.own_peak());
        let (overlapping_used, overlapping_reserved) = self.overlapping.get();
        let only_grew = own_peak == used && child.peak_used == child.used;
        let exact = overlapping_used == 0
            && (only_grew || (own_peak == before.used && used == before.used));
        let of_children = child.peak_used + overlapping_used;
        let reserved_by_children = child.reserved + overlapping_reserved;
        self.peak_is_upper_bound
            .set(self.peak_is_upper_bound.get() | child.peak_is_upper_bound | !exact);
        self.peak.set(self.peak.get().max(own_peak + of_children));
        self.own_peak.set(before.own_peak.max(own_peak));
        self.reserved.set(self.reserved.get().max(self.reserved() + reserved_by_children));
        let (older_used, older_reserved) = before.overlapping;
        self.overlapping
            .set((older_used.max(of_children), older_reserved.max(reserved_by_children)));
        self.chunks_of_children.set(self.chunks_of_children.get() + child.chunks);
        self.refusals.set(self.refusals.get() + child.refusals);
        self.abandoned.set(self.abandoned.get() + child.abandoned);
        self.abandoned_by_children.set(self.abandoned_by_children.get() + child.abandoned);
        self.wasted_by_children.set(self.wasted_by_children.get().max(child.wasted));
        self.raw.set(self.raw.get() | child.peak_is_lower_bound);
        self.limit_panicked.set(self.limit_panicked.get() | child.limit_panicked);
    }
}
