//! Allocation from a lease: it serves memory, requests a further chunk when its chunk is full, or
//! refuses.

use core::alloc::Layout;
use core::ptr::NonNull;

use bumpalo::Bump;

use super::ahead::Ahead;
use super::{Lease, chunk};
use crate::coverage;
use crate::error::{ArenaError, RefusedBy};
use crate::lease::at_end::AtEnd;
use crate::limit;
#[cfg(feature = "serde")]
use crate::slot::Slot;

impl Lease {
    /// Allocates memory for `layout`, valid until the lease ends.
    #[inline(always)]
    pub(crate) fn try_allocate(&self, layout: Layout) -> Result<NonNull<u8>, ArenaError> {
        match self.bump.try_alloc_layout(layout) {
            Ok(memory) => Ok(memory),
            Err(_) => self.borrow_or_refuse(layout),
        }
    }

    /// As [`Lease::try_allocate`], but panics on failure.
    #[inline(always)]
    pub(crate) fn allocate(&self, layout: Layout) -> NonNull<u8> {
        match self.bump.try_alloc_layout(layout) {
            Ok(memory) => memory,
            Err(_) => self.borrow_or_panic(layout),
        }
    }

    /// Allocates memory for an end task with a `T`.
    pub(crate) fn allocate_at_end<T>(&self) -> Result<NonNull<u8>, ArenaError> {
        self.set_unusual();
        self.try_allocate(AtEnd::<Self>::layout::<T>())
    }

    /// Allocates `layout` in a further chunk, if the limit and the global allocator permit it.
    #[inline(never)]
    pub(crate) fn another_chunk(&self, layout: Layout) -> Option<NonNull<u8>> {
        self.set_unusual();
        let memory = coverage::own(|| match self.chunk_for(layout) {
            Err(RefusedBy::Limit) if self.passes_limit() => self.chunk_for(layout),
            memory => memory,
        });
        self.grew.set(self.grew.get() || memory.is_ok());
        self.show();
        memory.map_err(|by| self.refused_by.set(by)).ok()
    }

    /// Adds a chunk within the limit and the budget.
    fn chunk_for(&self, layout: Layout) -> Result<NonNull<u8>, RefusedBy> {
        let newest = self.used_of_newest_chunk() + self.bump.chunk_capacity();
        if let Some(shared) = self.shared.get() {
            let buffered = self.slot.buffered();
            let memory = shared.lend((&self.bump, newest, &self.charge), layout, buffered);
            self.charge.settle(self.reserved());
            return memory;
        }
        let limit = self.limit_of_arenas();
        let memory = chunk::add(&self.bump, newest, &self.charge, layout, limit);
        if self.raw.get() {
            self.lend_to_raw();
        } else {
            self.bump.set_allocation_limit(Some(self.bump.allocated_bytes()));
            self.charge.settle(self.reserved());
        }
        memory
    }

    #[cold]
    #[inline(never)]
    fn borrow_or_refuse(&self, layout: Layout) -> Result<NonNull<u8>, ArenaError> {
        if let Some(memory) = self.ahead.carve(layout).or_else(|| self.another_chunk(layout)) {
            return Ok(memory);
        }
        self.ahead.tighten();
        let count = match self.refused_by.get() {
            RefusedBy::Budget => &self.budget_refusals,
            _ => &self.refusals,
        };
        count.set(count.get() + 1);
        Err(self.refused_before(layout))
    }

    /// The error for an allocation that inner code has refused and counted.
    pub(crate) fn refused_before(&self, layout: Layout) -> ArenaError {
        ArenaError::refused(self.site, self.refused_by.get(), layout.size(), self.taken())
    }

    /// What refused the last allocation that was refused.
    pub(crate) fn refused_by(&self) -> RefusedBy {
        self.refused_by.get()
    }

    /// Counts the heap memory of a fork itself against the limit, until the scope ends.
    #[cfg(feature = "serde")]
    pub(crate) fn charge_fork(&self) -> Result<(), ArenaError> {
        let bytes = size_of::<Self>() + size_of::<Slot>();
        let charge =
            || self.shared.get().is_none_or(|shared| shared.charge(bytes, self.slot.buffered()));
        if charge() || (self.passes_limit() && charge()) {
            return Ok(());
        }
        self.set_unusual();
        self.refused_by.set(RefusedBy::Limit);
        self.refusals.set(self.refusals.get() + 1);
        Err(self.refused_before(Layout::new::<Self>()))
    }

    /// Runs an attempt that the caller repeats in another way if it fails. A refusal in a failed
    /// attempt is not counted.
    #[inline(always)]
    pub(crate) fn first_try(&self, work: impl FnOnce() -> bool) -> bool {
        let before = (self.refusals.get(), self.budget_refusals.get());
        let has_worked = work();
        if !has_worked {
            self.refusals.set(before.0);
            self.budget_refusals.set(before.1);
        }
        has_worked
    }

    /// The part of the limit that the scope's response buffers leave. It is at least the bytes that
    /// the arena holds, because `bumpalo` enforces no limit below them.
    pub(super) fn limit_of_arenas(&self) -> Option<usize> {
        let limit = self.site.limit().filter(|_| !self.is_lifted.get())?;
        let rest = limit.saturating_sub(self.slot.buffered());
        Some(rest.max(self.bump.allocated_bytes()))
    }

    /// Bytes of chunks that count against the limit, with those of response buffers.
    fn taken(&self) -> usize {
        let arenas =
            self.shared.get().map_or_else(|| self.bump.allocated_bytes(), |shared| shared.taken());
        arenas + self.slot.buffered()
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

    /// Panics with the error's text, or unwinds to `on_limit` if the site has one. If the limit
    /// refused the memory, the scope counts as `limit_exceeded`.
    #[cold]
    #[inline(never)]
    pub(crate) fn panic_with(&self, error: ArenaError) -> ! {
        self.set_unusual();
        // A size that no address space can hold exceeds any limit, too.
        self.limit_panicked.set(error.limit().is_some() || self.site.answers);
        if self.site.answers && cfg!(panic = "unwind") {
            limit::unwind(error, self.slot);
        }
        panic!("{error}; `try_*` methods return this as an error")
    }

    /// Counts bytes that a collection left behind when it grew into new memory.
    #[inline]
    pub(crate) fn abandon(&self, bytes: usize) {
        self.set_rewound();
        self.abandoned.set(self.abandoned.get() + bytes);
    }

    /// The `Bump`, for the allocator. Calls that can give bytes back go through
    /// [`Lease::watching_rewinds`].
    #[inline(always)]
    pub(crate) fn bump(&self) -> &Bump {
        &self.bump
    }

    /// The room that a growing block keeps ahead of itself.
    #[inline(always)]
    pub(crate) fn ahead(&self) -> &Ahead {
        &self.ahead
    }

    /// Whether this is the newest block, which the `Bump` can grow in place and take back.
    #[inline(always)]
    pub(crate) fn is_newest(&self, block: NonNull<u8>) -> bool {
        self.newest_chunk().0 == block.as_ptr()
    }

    /// Bytes in use in the chunk that serves allocations, abandoned bytes included.
    pub(crate) fn used_of_newest_chunk(&self) -> usize {
        self.newest_chunk().1
    }

    #[inline(always)]
    fn newest_chunk(&self) -> (*const u8, usize) {
        // SAFETY: rule 6 (handle.rs): this code reads only the newest block's address and the
        // length.
        let mut chunks = unsafe { self.bump.iter_allocated_chunks_raw() };
        chunks.next().map_or((core::ptr::null(), 0), |(newest, used)| (newest.cast_const(), used))
    }

    /// Runs `work`, which may give back the bytes of the last allocation, and records the peak
    /// before that.
    ///
    /// The use of a bump arena falls only in such a rewind. So an exact peak needs only the highest
    /// use before any rewind and the use at the end. The allocations themselves count nothing.
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
