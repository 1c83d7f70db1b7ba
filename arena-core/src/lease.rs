//! A lease: one `Bump` for as long as one scope, fork or child scope lasts, with what is counted about it.
//!
//! A lease is boxed, and between two scopes it lies in the pool as it is: taking one moves a pointer, and what was never
//! touched need not be cleared.
//!
//! The [`Arena`](crate::Arena) handle is one pointer to a lease, and the `Bump` is the lease's first field, so that
//! allocating through the handle is what allocating through `&Bump` is. Nothing here is `Sync`: a lease is
//! reached through one handle at a time (rule 1 in [`crate::handle`]).
//!
//! **Invariant:** the `Bump`'s own limit is what it holds, unless a raw `&Bump` was handed out. So each further chunk is refused by `bumpalo`
//! first and is asked for in [`allocation`], which counts it and shows it to readers: once a chunk, never once an allocation.

use core::cell::{Cell, OnceCell};
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;

use bumpalo::Bump;

use crate::at_end::{AtEnd, Panics};
use crate::budget::Budget;
use crate::slot::Slot;
use crate::stats::Figures;
use crate::{Site, heap, pool};

mod allocation;
mod figures;

pub(crate) use figures::Before;

/// What `bumpalo` keeps in each chunk for itself.
const CHUNK_FOOTER: usize = 48;

/// See the module.
#[repr(C)]
pub(crate) struct Lease {
    bump: Bump,
    /// Anything but allocation from the chunk that the arena came with has happened. What follows is only looked at then.
    unusual: Cell<bool>,
    /// The most bytes in use in this arena before any rewind; while a child scope is open, since then.
    own_peak: Cell<usize>,
    /// The most bytes in use, with those of child scopes, when one opened or ended.
    peak: Cell<usize>,
    /// The most chunk bytes held together with a child scope.
    reserved: Cell<usize>,
    /// Chunks that the arena came with.
    chunks_before: Cell<usize>,
    /// Chunks asked of the global allocator by ended child scopes.
    chunks_of_children: Cell<usize>,
    /// What child scopes took together that ended while an older one was open: `(peak_used, reserved)`.
    overlapping: Cell<(usize, usize)>,
    refusals: Cell<usize>,
    abandoned: Cell<usize>,
    /// Chunk bytes that the slot knows of.
    shown: Cell<usize>,
    /// See [`Figures::low`], [`Figures::high`], [`Figures::unwound`].
    raw: Cell<bool>,
    /// It got a chunk in this scope, beyond the one that it came with.
    grew: Cell<bool>,
    high: Cell<bool>,
    unwound: Cell<bool>,
    budget: OnceCell<Arc<Budget>>,
    /// What runs when the lease ends: forks to close, values to drop, closures to call.
    pub(crate) at_end: AtEnd,
    site: &'static Site,
    slot: &'static Slot,
}

/// Whose a lease in the pool is.
static NOBODY: Site = Site::new("nobody", module_path!(), file!(), line!());
static NO_SLOT: Slot = Slot::new();

impl Lease {
    /// From now on it is the lease of a request scope.
    #[inline(always)]
    pub(crate) fn open(&mut self, site: &'static Site, slot: &'static Slot) {
        self.site = site;
        self.slot = slot;
        // No fork is there yet that adds to it.
        let held = self.capacity();
        let held = if held == 0 { 0 } else { held + CHUNK_FOOTER };
        self.shown.set(held);
        slot.in_use.store(held as u64, Relaxed);
    }

    /// A further lease of the same request: a fork or a child scope. It shares the request's limit, and starts small there, as what a pooled
    /// arena holds counts against it.
    pub(crate) fn further(&self) -> Box<Self> {
        let budget = self.shared_budget();
        // Of which it takes a quarter at most.
        let mut lease = pool::take_further(self.site, budget.map_or(usize::MAX, |(limit, _)| limit / 16));
        if let Some((_, budget)) = budget {
            if !budget.admit(&lease.bump) {
                pool::give_back(lease);
                lease = Self::empty();
            }
            lease.unusual.set(true);
            // It has none: those in the pool are clean.
            let _ = lease.budget.set(Arc::clone(budget));
        }
        lease.site = self.site;
        lease.slot = self.slot;
        // A plain scope leaves what it showed to its own slot: the one before.
        lease.shown.set(0);
        lease.show();
        lease
    }

    /// A lease that holds nothing yet.
    pub(crate) fn empty() -> Box<Self> {
        heap::own(|| Self::of(Bump::new(), 0))
    }

    /// A lease as it is in the pool. `fresh_chunks` (0 or 1) were asked of the global allocator for it.
    pub(crate) fn of(bump: Bump, fresh_chunks: usize) -> Box<Self> {
        bump.set_allocation_limit(Some(bump.allocated_bytes()));
        Box::new(Self {
            chunks_before: Cell::new(usize::from(bump.allocated_bytes() > 0) - fresh_chunks),
            bump,
            unusual: Cell::new(fresh_chunks > 0),
            own_peak: Cell::new(0),
            peak: Cell::new(0),
            reserved: Cell::new(0),
            chunks_of_children: Cell::new(0),
            overlapping: Cell::new((0, 0)),
            refusals: Cell::new(0),
            abandoned: Cell::new(0),
            shown: Cell::new(0),
            raw: Cell::new(false),
            grew: Cell::new(false),
            high: Cell::new(false),
            unwound: Cell::new(false),
            budget: OnceCell::new(),
            at_end: AtEnd::new(),
            site: &NOBODY,
            slot: &NO_SLOT,
        })
    }

    /// Bytes of its chunks, without book-keeping.
    #[inline(always)]
    pub(crate) fn capacity(&self) -> usize {
        self.bump.allocated_bytes()
    }

    /// Empties the arena and keeps its last chunk, as the pool has it. What a plain scope does not touch is as it was.
    #[inline(always)]
    fn reset(&mut self) {
        self.bump.reset();
        if self.unusual.get() {
            self.clear();
        }
    }

    #[cold]
    #[inline(never)]
    fn clear(&mut self) {
        let capacity = self.bump.allocated_bytes();
        self.bump.set_allocation_limit(Some(capacity));
        self.chunks_before.set(usize::from(capacity > 0));
        for count in [
            &self.own_peak,
            &self.peak,
            &self.reserved,
            &self.chunks_of_children,
            &self.refusals,
            &self.abandoned,
            &self.shown,
        ] {
            count.set(0);
        }
        for flag in [&self.unusual, &self.raw, &self.grew, &self.high, &self.unwound] {
            flag.set(false);
        }
        self.overlapping.set((0, 0));
        self.budget = OnceCell::new();
    }

    /// Shows readers what the arena holds.
    #[inline(always)]
    fn show(&self) {
        let held = self.reserved();
        self.slot.in_use.fetch_add((held - self.shown.replace(held)) as u64, Relaxed);
    }

    /// The budget that the leases of this request share, if the request has a limit.
    fn shared_budget(&self) -> Option<(usize, &Arc<Budget>)> {
        let limit = self.site.limit()?;
        Some((
            limit,
            self.budget.get_or_init(|| heap::own(|| Arc::new(Budget::share(limit, &self.bump, self.raw.get())))),
        ))
    }

    #[inline]
    pub(crate) fn site(&self) -> &'static Site {
        self.site
    }

    /// Whether nothing was wanted of it but memory from the chunk that it came with. Any other is to be [closed](Lease::close).
    #[inline(always)]
    pub(crate) fn is_plain(&self) -> bool {
        !self.unusual.get() && self.at_end.is_empty()
    }

    /// What a plain lease has in use, which is its peak too, and what it holds.
    #[inline(always)]
    pub(crate) fn plain_figures(&self) -> (u64, u64) {
        ((self.bump.allocated_bytes() - self.bump.chunk_capacity()) as u64, self.shown.get() as u64)
    }

    /// A plain lease as the pool has it.
    #[inline(always)]
    pub(crate) fn emptied(mut self: Box<Self>) -> Box<Self> {
        self.reset();
        self
    }

    /// A fork or a child scope ends before the request does: what it held is no longer in use.
    pub(crate) fn hide(&self) {
        self.slot.in_use.fetch_sub(self.shown.get() as u64, Relaxed);
    }

    /// Ends the lease: runs what is registered for the end, gives the arena back, and says what it took.
    ///
    /// `panics` keeps the first panic of a deferred drop; the others were reported by the panic hook.
    #[inline(never)]
    pub(crate) fn close(mut self: Box<Self>, panics: &mut Panics) -> Figures {
        let (chunks, used) = self.chunks_and_used();
        let own_peak = self.own_peak.get().max(used);
        let mut figures = Figures {
            used,
            peak_used: self.peak.get().max(own_peak),
            reserved: self.reserved().max(self.reserved.get()),
            chunks: chunks - self.chunks_before.get() + self.chunks_of_children.get(),
            refusals: self.refusals.get(),
            abandoned: self.abandoned.get(),
            low: self.raw.get(),
            high: self.high.get(),
            unwound: self.unwound.get(),
        };
        if !self.at_end.is_empty() {
            self.at_end.run(&mut figures, panics);
        }
        if figures.low {
            // What was taken through the `&Bump` was request-arena's own, too.
            heap::own_bytes((self.reserved() - self.shown.get()) as u64);
        }
        if let Some(budget) = self.budget.take() {
            budget.settle(&self.bump);
            // The sum of what several arenas held at their highest, which may be more than they ever held together.
            let footers = CHUNK_FOOTER * (figures.chunks + chunks + budget.pooled());
            figures.reserved = figures.reserved.min(budget.most_taken().saturating_add(footers));
            // What is in use is in chunks, and none of it in their footers. (Who lifts the limit of a raw `&Bump` is not held to it.)
            figures.peak_used = figures.peak_used.min(budget.most_taken().max(figures.used));
        }
        // The same sum of peaks, but what is in use is in chunks.
        figures.peak_used = figures.peak_used.min(figures.reserved);
        let site = self.site;
        // What is taken through a raw `&Bump` shows in the number of chunks alone.
        let grew = self.grew.get() || (figures.low && chunks > self.chunks_before.get());
        self.unusual.set(true);
        self.reset();
        if grew {
            pool::give_back_grown(self, site, own_peak as u64);
        } else {
            pool::give_back(self);
        }
        figures
    }
}
