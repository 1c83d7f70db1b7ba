//! A lease: one `Bump` for as long as one scope, fork or child scope lasts, with what is counted about it.
//!
//! The [`Arena`](crate::Arena) handle is one pointer to a lease, and the `Bump` is the lease's first field, so that
//! allocating through the handle is what allocating through `&Bump` is. Nothing here is `Sync`: a lease is
//! reached through one handle at a time (rule 1 in [`crate::handle`]).

use core::alloc::Layout;
use core::cell::{Cell, OnceCell};
use core::ptr::NonNull;
use std::sync::Arc;

use bumpalo::Bump;

use crate::at_end::{AtEnd, Panics};
use crate::budget::Budget;
use crate::pool::Wanted;
use crate::stats::Figures;
use crate::{ArenaError, Site, pool};

/// What `bumpalo` keeps in each chunk for itself.
const CHUNK_FOOTER: usize = 48;

/// What a lease had when a child scope of it opened.
pub(crate) struct Before {
    used: usize,
    own_peak: usize,
    overlapping: (usize, usize),
}

/// See the module.
#[repr(C)]
pub(crate) struct Lease {
    bump: Bump,
    /// The most bytes in use in this arena before any rewind; while a child scope is open, since then.
    own_peak: Cell<usize>,
    /// The most bytes in use, with those of child scopes, when one opened or ended.
    peak: Cell<usize>,
    /// The most chunk bytes held together with a child scope.
    reserved: Cell<usize>,
    /// Chunks that the arena came with.
    chunks_before: usize,
    /// Chunks asked of the global allocator by ended child scopes.
    chunks_of_children: Cell<usize>,
    /// What child scopes took together that ended while an older one was open: `(peak_used, reserved)`.
    overlapping: Cell<(usize, usize)>,
    refusals: Cell<usize>,
    /// See [`Figures::low`], [`Figures::high`], [`Figures::unwound`].
    raw: Cell<bool>,
    high: Cell<bool>,
    unwound: Cell<bool>,
    budget: OnceCell<Arc<Budget>>,
    /// What runs when the lease ends: forks to close, values to drop, closures to call.
    pub(crate) at_end: AtEnd,
    site: &'static Site,
}

impl Lease {
    /// The lease of a request scope: the site's `initial` and `limit` apply.
    #[inline]
    pub(crate) fn of_scope(site: &'static Site) -> Self {
        let (bump, chunks) = pool::take(site.wanted());
        bump.set_allocation_limit(site.limit());
        Self::new(site, bump, chunks, OnceCell::new())
    }

    /// A further lease of the same request: a fork or a child scope. It shares the request's limit, and starts small there, as what a pooled
    /// arena holds counts against it.
    pub(crate) fn further(&self) -> Self {
        let Some((limit, budget)) = self.shared_budget() else {
            let (bump, chunks) = pool::take(Wanted { initial: 0, ..self.site.wanted() });
            return Self::new(self.site, bump, chunks, OnceCell::new());
        };
        // Of which it takes a quarter at most.
        let (bump, chunks) = pool::take(Wanted { initial: 0, limit: limit / 16, ..self.site.wanted() });
        let bump = if budget.admit(&bump) {
            bump
        } else {
            pool::give_back(bump, 0);
            let empty = Bump::new();
            empty.set_allocation_limit(Some(0));
            empty
        };
        Self::new(self.site, bump, chunks, OnceCell::from(Arc::clone(budget)))
    }

    #[inline]
    fn new(site: &'static Site, bump: Bump, fresh_chunks: usize, budget: OnceCell<Arc<Budget>>) -> Self {
        Self {
            chunks_before: usize::from(bump.allocated_bytes() > 0) - fresh_chunks,
            bump,
            own_peak: Cell::new(0),
            peak: Cell::new(0),
            reserved: Cell::new(0),
            chunks_of_children: Cell::new(0),
            overlapping: Cell::new((0, 0)),
            refusals: Cell::new(0),
            raw: Cell::new(false),
            high: Cell::new(false),
            unwound: Cell::new(false),
            budget,
            at_end: AtEnd::new(),
            site,
        }
    }

    /// The budget that the leases of this request share, if the request has a limit.
    fn shared_budget(&self) -> Option<(usize, &Arc<Budget>)> {
        let limit = self.site.limit()?;
        Some((limit, self.budget.get_or_init(|| Arc::new(Budget::share(limit, &self.bump, self.raw.get())))))
    }

    #[inline]
    pub(crate) fn site(&self) -> &'static Site {
        self.site
    }

    // --- allocation ---------------------------------------------------------------------------------

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

    #[cold]
    #[inline(never)]
    fn borrow_or_refuse(&self, layout: Layout) -> Result<NonNull<u8>, ArenaError> {
        if let Some(memory) = self.budget.get().and_then(|budget| budget.lend(&self.bump, layout)) {
            return Ok(memory);
        }
        self.refusals.set(self.refusals.get() + 1);
        Err(self.refused_before(layout))
    }

    /// The error for an allocation that was refused, and counted, further down.
    pub(crate) fn refused_before(&self, layout: Layout) -> ArenaError {
        ArenaError::refused(self.site, layout, self.taken())
    }

    /// Something is asked for again in another way: the first refusal does not count.
    pub(crate) fn forget_refusal(&self) {
        self.refusals.set(self.refusals.get().saturating_sub(1));
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
        self.refusals.set(self.refusals.get() + 1);
        ArenaError::too_large(self.site, self.taken())
    }

    /// Ends the scope's body with the error's text; the scope is counted as `limit_exceeded` if it was the limit.
    #[cold]
    #[inline(never)]
    pub(crate) fn panic_with(&self, error: ArenaError) -> ! {
        self.unwound.set(error.limit().is_some());
        panic!("{error}; `try_*` methods return this as an error")
    }

    /// The arena itself, for code that allocates through `&Bump`. From here on `peak_used` is a lower bound.
    pub(crate) fn raw_bump(&self) -> &Bump {
        self.raw.set(true);
        if let Some(budget) = self.budget.get() {
            budget.lend_half(&self.bump);
        }
        &self.bump
    }

    /// The arena, for the allocator: what it does is watched by [`Lease::watching_rewinds`].
    #[inline(always)]
    pub(crate) fn bump(&self) -> &Bump {
        &self.bump
    }

    /// Runs something that may give the last allocation's bytes back, and keeps the peak from before.
    ///
    /// A bump arena's use only ever falls in such a rewind, so the highest use before any of them and the use at the
    /// end are all that an exact peak needs: the allocations themselves count nothing.
    #[inline]
    pub(crate) fn watching_rewinds<R>(&self, work: impl FnOnce(&Bump) -> R) -> R {
        let free_before = self.bump.chunk_capacity();
        let result = work(&self.bump);
        let rewound = self.bump.chunk_capacity().saturating_sub(free_before);
        if rewound > 0 {
            self.own_peak.set(self.own_peak.get().max(self.used() + rewound));
        }
        result
    }

    // --- figures ------------------------------------------------------------------------------------

    /// Bytes in use, with the padding between allocations.
    pub(crate) fn used(&self) -> usize {
        // SAFETY: rule 6 (handle.rs): only the lengths are read, no reference to a chunk's content is made, and the lease
        // is not `Sync`, so no allocation can happen between two steps of the iteration.
        let chunks = unsafe { self.bump.iter_allocated_chunks_raw() };
        chunks.map(|(_, used)| used).sum()
    }

    /// Most bytes in use at any moment so far.
    pub(crate) fn peak_used(&self) -> usize {
        self.peak.get().max(self.own_peak())
    }

    fn own_peak(&self) -> usize {
        self.own_peak.get().max(self.used())
    }

    /// Chunk bytes taken from the global allocator and held at this moment.
    pub(crate) fn reserved(&self) -> usize {
        self.bump.allocated_bytes_including_metadata()
    }

    /// A child scope opens. What is returned is for [`Lease::child_ended`].
    pub(crate) fn child_opens(&self) -> Before {
        self.peak.set(self.peak_used());
        Before { used: self.used(), own_peak: self.own_peak.replace(0), overlapping: self.overlapping.replace((0, 0)) }
    }

    /// A child scope ended: what it had at its highest comes on top of what this lease had at its own highest meanwhile.
    ///
    /// They may not have come at the same moment. They did if this lease had the same all the time, or if both only grew.
    pub(crate) fn child_ended(&self, before: Before, child: &Figures) {
        let (used, own_peak) = (self.used(), self.own_peak());
        let (overlapping_used, overlapping_reserved) = self.overlapping.get();
        let only_grew = own_peak == used && child.peak_used == child.used;
        let exact = overlapping_used == 0 && (only_grew || (own_peak == before.used && used == before.used));
        let of_children = child.peak_used + overlapping_used;
        let reserved_by_children = child.reserved + overlapping_reserved;
        self.high.set(self.high.get() | child.high | !exact);
        self.peak.set(self.peak.get().max(own_peak + of_children));
        self.own_peak.set(before.own_peak.max(own_peak));
        self.reserved.set(self.reserved.get().max(self.reserved() + reserved_by_children));
        let (older_used, older_reserved) = before.overlapping;
        self.overlapping.set((older_used.max(of_children), older_reserved.max(reserved_by_children)));
        self.chunks_of_children.set(self.chunks_of_children.get() + child.chunks);
        self.refusals.set(self.refusals.get() + child.refusals);
        self.raw.set(self.raw.get() | child.low);
        self.unwound.set(self.unwound.get() | child.unwound);
    }

    /// Ends the lease: runs what is registered for the end, gives the arena back, and says what it took.
    ///
    /// `panics` keeps the first panic of a deferred drop; the others were reported by the panic hook.
    pub(crate) fn close(&mut self, panics: &mut Panics) -> Figures {
        // SAFETY: as in `used`.
        let chunks = unsafe { self.bump.iter_allocated_chunks_raw() }.count();
        let mut figures = Figures {
            used: self.used(),
            peak_used: self.peak_used(),
            reserved: self.reserved().max(self.reserved.get()),
            chunks: chunks - self.chunks_before + self.chunks_of_children.get(),
            refusals: self.refusals.get(),
            low: self.raw.get(),
            high: self.high.get(),
            unwound: self.unwound.get(),
        };
        self.at_end.run(&mut figures, panics);
        let bump = core::mem::take(&mut self.bump);
        if let Some(budget) = self.budget.take() {
            budget.settle(&bump);
            // The sum of what several arenas held at their highest, which may be more than they ever held together.
            let footers = CHUNK_FOOTER * (figures.chunks + chunks + budget.pooled());
            figures.reserved = figures.reserved.min(budget.most_taken().saturating_add(footers));
        }
        // The same sum of peaks, but what is in use is in chunks.
        figures.peak_used = figures.peak_used.min(figures.reserved);
        self.site.left_to_the_pool(pool::give_back(bump, self.site.initial()));
        figures
    }
}
