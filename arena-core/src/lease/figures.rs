//! Memory figures of an open lease: bytes in use, peaks and chunk bytes, with those of its child
//! scopes.

use crate::figures::stats::Figures;
use crate::lease::Lease;

/// State of a lease at the moment when a child scope opened.
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
        // SAFETY: rule 6 (handle.rs): this code reads only lengths, and makes no reference to a
        // chunk's content. The lease is not `Sync`, so nothing can allocate between two steps of
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

    /// Chunk bytes that the lease currently holds from the global allocator, footers included.
    #[inline(always)]
    pub(crate) fn reserved(&self) -> usize {
        self.bump.allocated_bytes_including_metadata()
    }

    /// Prepares for a child scope. Pass the result to [`Lease::child_ended`].
    pub(crate) fn child_opens(&self) -> Before {
        self.set_unusual();
        self.peak.set(self.peak_used());
        Before {
            used: self.used(),
            own_peak: self.own_peak.replace(0),
            overlapping: self.overlapping.replace((0, 0)),
        }
    }

    /// Counts a child scope that ended: adds its peak to the peak that this lease had meanwhile.
    ///
    /// The sum is exact if this lease did not change during the child scope, or if both only grew.
    /// Otherwise the two peaks may have come at different moments, and the sum is an upper bound.
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
        self.budget_refusals.set(self.budget_refusals.get() + child.budget_refusals);
        self.over_limit.set(self.over_limit.get() + child.over_limit);
        self.abandoned.set(self.abandoned.get() + child.abandoned);
        self.abandoned_by_children.set(self.abandoned_by_children.get() + child.abandoned);
        self.wasted_by_children.set(self.wasted_by_children.get().max(child.wasted));
        self.raw.set(self.raw.get() | child.peak_is_lower_bound);
        self.limit_panicked.set(self.limit_panicked.get() | child.limit_panicked);
        self.raw_is_at_budget.set(self.raw_is_at_budget.get() | child.raw_is_at_budget);
    }
}
