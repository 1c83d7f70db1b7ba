//! What a lease does for the code of its scope: memory, a further chunk when the one it has is
//! full, or a refusal.

use core::alloc::Layout;
use core::ptr::NonNull;

use bumpalo::Bump;

use super::Lease;
use super::ahead::Ahead;
use crate::coverage;
use crate::error::ArenaError;
use crate::lease::at_end::AtEnd;
use crate::limit;

impl Lease {
    /// Memory for `layout`, valid until the lease ends.
    #[inline(always)]
    pub(crate) fn try_allocate(&self, layout: Layout) -> Result<NonNull<u8>, ArenaError> {
        match self.bump.try_alloc_layout(layout) {
            Ok(memory) => Ok(memory),
            Err(_) => self.borrow_or_refuse(layout),
        }
    }

    /// As [`Lease::try_allocate`], and panics where that fails.
    #[inline(always)]
    pub(crate) fn allocate(&self, layout: Layout) -> NonNull<u8> {
        match self.bump.try_alloc_layout(layout) {
            Ok(memory) => memory,
            Err(_) => self.borrow_or_panic(layout),
        }
    }

    /// Memory for what the lease runs at its end, with a `T`.
    pub(crate) fn allocate_at_end<T>(&self) -> Result<NonNull<u8>, ArenaError> {
        self.set_unusual();
        self.try_allocate(AtEnd::<Self>::layout::<T>())
    }

    /// Memory in a further chunk, if the limit and the global allocator have one.
    #[inline(never)]
    pub(crate) fn another_chunk(&self, layout: Layout) -> Option<NonNull<u8>> {
        self.set_unusual();
        let memory = coverage::own(|| match self.budget.get() {
            Some(budget) => budget.lend(&self.bump, layout),
            None => {
                self.bump.set_allocation_limit(self.site.limit());
                let memory = self.bump.try_alloc_layout(layout).ok();
                if !self.raw.get() {
                    self.bump.set_allocation_limit(Some(self.bump.allocated_bytes()));
                }
                memory
            }
        });
        self.grew.set(self.grew.get() || memory.is_some());
        self.show();
        memory
    }

    #[cold]
    #[inline(never)]
    fn borrow_or_refuse(&self, layout: Layout) -> Result<NonNull<u8>, ArenaError> {
        if let Some(memory) = self.ahead.carve(layout).or_else(|| self.another_chunk(layout)) {
            return Ok(memory);
        }
        self.ahead.tighten();
        self.refusals.set(self.refusals.get() + 1);
        Err(self.refused_before(layout))
    }

    /// The error for an allocation that was refused, and counted, further down.
    pub(crate) fn refused_before(&self, layout: Layout) -> ArenaError {
        ArenaError::refused(self.site, layout, self.taken())
    }

    /// Tries something that is asked for again in another way if it fails: a refusal does not count
    /// then.
    pub(crate) fn first_try(&self, work: impl FnOnce() -> bool) -> bool {
        let before = self.refusals.get();
        let has_worked = work();
        if !has_worked {
            self.refusals.set(before);
        }
        has_worked
    }

    /// Chunk bytes that count against the limit.
    fn taken(&self) -> usize {
        self.budget.get().map_or_else(|| self.bump.allocated_bytes(), |budget| budget.taken())
    }

    #[cold]
    #[inline(never)]
    fn borrow_or_panic(&self, layout: Layout) -> NonNull<u8> {
        match self.borrow_or_refuse(layout) {
            Ok(memory) => memory,
            Err(error) => self.panic_with(error),
        }
    }

    /// The error for a size that no layout can describe.
    #[cold]
    pub(crate) fn too_large(&self) -> ArenaError {
        self.set_unusual();
        self.refusals.set(self.refusals.get() + 1);
        ArenaError::too_large(self.site, self.taken())
    }

    /// Ends the scope's body with the error's text, or so that `on_limit` can answer; the scope is
    /// counted as `limit_exceeded` if it was the limit.
    #[cold]
    #[inline(never)]
    pub(crate) fn panic_with(&self, error: ArenaError) -> ! {
        self.set_unusual();
        // A size that no address space has is over the limit, too.
        self.limit_panicked.set(error.limit().is_some() || self.site.answers);
        if self.site.answers && cfg!(panic = "unwind") {
            limit::unwind(error, self.slot);
        }
        panic!("{error}; `try_*` methods return this as an error")
    }

    /// The arena itself, for code that allocates through `&Bump`. From here on `peak_used` is a
    /// lower bound.
    pub(crate) fn raw_bump(&self) -> &Bump {
        self.set_unusual();
        self.raw.set(true);
        match self.budget.get() {
            Some(budget) => budget.lend_half(&self.bump),
            None => self.bump.set_allocation_limit(self.site.limit()),
        }
        &self.bump
    }

    /// A collection grew into new memory and left this much behind.
    #[inline]
    pub(crate) fn abandon(&self, bytes: usize) {
        self.set_rewound();
        self.abandoned.set(self.abandoned.get() + bytes);
    }

    /// The arena, for the allocator: what it does is watched by [`Lease::watching_rewinds`].
    #[inline(always)]
    pub(crate) fn bump(&self) -> &Bump {
        &self.bump
    }

    /// The room that a growing block keeps.
    #[inline(always)]
    pub(crate) fn ahead(&self) -> &Ahead {
        &self.ahead
    }

    /// Whether a raw `&Bump` was handed out.
    pub(crate) fn is_raw(&self) -> bool {
        self.raw.get()
    }

    /// Whether this block is the one that the `Bump` can grow in place and take back.
    pub(crate) fn is_newest(&self, block: NonNull<u8>) -> bool {
        self.newest_chunk().0 == block.as_ptr()
    }

    /// Bytes in use in the chunk that allocations come from, with those that were given up.
    pub(crate) fn used_of_newest_chunk(&self) -> usize {
        self.newest_chunk().1
    }

    fn newest_chunk(&self) -> (*const u8, usize) {
        // SAFETY: rule 6 (handle.rs): only the newest block's address and the length are read.
        let mut chunks = unsafe { self.bump.iter_allocated_chunks_raw() };
        chunks.next().map_or((core::ptr::null(), 0), |(newest, used)| (newest.cast_const(), used))
    }

    /// Runs something that may give the last allocation's bytes back, and keeps the peak from
    /// before.
    ///
    /// A bump arena's use only ever falls in such a rewind, so the highest use before any of them
    /// and the use at the end are all that an exact peak needs: the allocations themselves count
    /// nothing.
    #[inline]
    pub(crate) fn watching_rewinds<R>(&self, work: impl FnOnce(&Bump) -> R) -> R {
        let free_before = self.bump.chunk_capacity();
        let result = work(&self.bump);
        let rewound = self.bump.chunk_capacity().saturating_sub(free_before);
        if rewound > 0 {
            self.set_rewound();
            self.own_peak.set(self.own_peak.get().max(self.used() + rewound));
        }
        result
    }
}
