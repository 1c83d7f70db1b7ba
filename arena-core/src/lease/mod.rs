//! A lease: one `Bump` and its counters, for as long as one scope, fork or child scope lasts.
//!
//! A lease lives in a box, and the pool keeps the box between two scopes. Taking a lease moves one
//! pointer. Counters that the last scope did not touch need no clearing.
//!
//! The [`Arena`](crate::Arena) handle is one pointer to a lease, and the `Bump` is the lease's
//! first field. So allocating through the handle costs the same as allocating through `&Bump`.
//! Nothing here is `Sync`: only one handle at a time reaches a lease (rule 1 in [`crate::handle`]).
//!
//! **Invariant:** the `Bump`'s own limit equals the bytes that it holds, unless a raw `&Bump` was
//! handed out. So `bumpalo` refuses each further chunk, and [`allocation`] reserves it from the
//! [budget](crate::budget), counts it and publishes it to readers. This path runs once a chunk,
//! never once an allocation.

use core::cell::{Cell, OnceCell};
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;

use bumpalo::Bump;

use self::ahead::Ahead;
use self::at_end::AtEnd;
use self::class::Class;
use self::shared_limit::SharedLimit;
use crate::budget::charge::Charge;
use crate::coverage;
use crate::error::RefusedBy;
use crate::figures::histogram::Bytes;
use crate::site::Site;
use crate::slot::Slot;
use crate::slot::registry::OwnSlot;

pub(crate) mod ahead;
mod allocation;
pub(crate) mod at_end;
mod buffer;
mod chunk;
pub(crate) mod class;
mod closing;
mod figures;
mod over_limit;
pub(crate) mod pointer;
mod raw;
pub(crate) mod shared_limit;
mod simple;

pub(crate) use figures::Before;

/// The events in a scope that decide which of its counters have to be read at the end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum LeaseUse {
    /// Only allocations from the lease's first chunk.
    Plain,
    /// As `Plain`, but the scope gave bytes back, or a growing collection left bytes behind.
    Rewound,
    /// Any other use: further chunks, forks, child scopes, deferred values, a raw `&Bump`.
    Unusual,
}

/// The chunk that a lease keeps after it is [emptied](Lease::empty).
pub(crate) enum Emptied {
    /// The chunk that the lease brought from the pool, or none.
    AsItWas,
    /// A larger chunk, allocated during the scope. `peak` is the most bytes that were in use.
    Grown { peak: u64 },
}

/// Bytes of each chunk that `bumpalo` uses for its own footer.
pub(crate) const CHUNK_FOOTER: usize = 48;

/// See the module.
#[repr(C)]
pub(crate) struct Lease {
    bump: Bump,
    /// How the scope used the lease so far. It decides which of the fields below are read.
    usage: Cell<LeaseUse>,
    /// The most bytes in use in this arena before any rewind. While a child scope is open, it
    /// counts from the moment when that child scope opened.
    own_peak: Cell<usize>,
    /// The most bytes in use, child scopes included, as of the last opening or end of a child
    /// scope.
    peak: Cell<usize>,
    /// The most chunk bytes held together with a child scope.
    reserved: Cell<usize>,
    /// Chunks that the lease had when its scope opened.
    chunks_before: Cell<usize>,
    /// Chunks that ended child scopes requested from the global allocator.
    chunks_of_children: Cell<usize>,
    /// The sum of what child scopes used that ended while an older child scope was open:
    /// `(peak_used, reserved)`.
    overlapping: Cell<(usize, usize)>,
    refusals: Cell<usize>,
    budget_refusals: Cell<usize>,
    /// What refused the last allocation that was refused.
    refused_by: Cell<RefusedBy>,
    /// See [`over_limit`](crate::figures::stats::Figures::over_limit).
    over_limit: Cell<usize>,
    abandoned: Cell<usize>,
    /// The part of `abandoned` that comes from child scopes, and the most that one child scope
    /// wasted.
    abandoned_by_children: Cell<usize>,
    wasted_by_children: Cell<usize>,
    ahead: Ahead,
    /// Chunk bytes that the slot currently shows to readers.
    shown: Cell<usize>,
    /// Bytes of the first chunk that scopes have written since the chunk was allocated.
    touched: usize,
    /// The same for response buffers, which fill a chunk from its other end.
    touched_by_buffers: usize,
    /// The first chunk: its capacity in bytes, its class, and the histogram bucket of its whole
    /// size.
    capacity: usize,
    class: Class,
    bucket: u8,
    /// See the fields of [`Figures`](crate::figures::stats::Figures) with these names.
    raw: Cell<bool>,
    /// Whether the lease got a further chunk in this scope.
    grew: Cell<bool>,
    peak_is_upper_bound: Cell<bool>,
    limit_panicked: Cell<bool>,
    raw_is_at_budget: Cell<bool>,
    /// Whether the limit, which is only measured, applies no more to this arena.
    is_lifted: Cell<bool>,
    shared: OnceCell<Arc<SharedLimit>>,
    /// The bytes reserved for the chunks of `bump`, and for code with a raw `&Bump`. Dropped after
    /// `bump`.
    charge: Charge,
    /// The tasks of the lease's end: forks to close, values to drop, closures to call.
    pub(crate) at_end: AtEnd<Lease>,
    site: &'static Site,
    /// The request's slot: the [`OwnSlot`] of this lease, or the slot of the arena that it is a
    /// fork or child of.
    slot: &'static Slot,
    home: OwnSlot,
}

/// The site of a lease that no scope has used yet.
static UNUSED: Site = Site::new("unused", module_path!(), file!(), line!());

impl Lease {
    /// Assigns the lease to a request scope of `site`. Its slot already shows the bytes that it
    /// holds.
    #[inline(always)]
    pub(crate) fn open(&mut self, site: &'static Site) {
        self.site = site;
    }

    /// The slot that belongs to this lease for life.
    #[inline(always)]
    pub(crate) fn home(&self) -> &'static Slot {
        self.home.slot()
    }

    /// Checks whether the request's limit has room for the memory of `lease`, and counts that
    /// memory against the limit if so.
    pub(crate) fn admits(&self, lease: &Self) -> bool {
        self.shared_limit().is_none_or(|shared| shared.admit(&lease.bump, self.slot.buffered()))
    }

    /// Turns the lease into a fork or a child scope of the request of `parent`. The two share the
    /// limit and the slot. If the lease holds memory, `parent` must have [admitted](Lease::admits)
    /// it.
    pub(crate) fn join(&mut self, parent: &Self) {
        if let Some(shared) = parent.shared_limit() {
            // A lease from the pool has no shared limit yet.
            let _ = self.shared.set(Arc::clone(shared));
            self.set_unusual();
        }
        self.home().lend();
        self.site = parent.site;
        self.slot = parent.slot;
        self.shown.set(0);
        self.show();
    }

    /// Creates a lease that holds no memory.
    pub(crate) fn without_chunk() -> Box<Self> {
        coverage::own(|| Self::new(Bump::new(), Charge::default(), 0))
    }

    /// Creates a lease in the state in which the pool keeps it. `charge` has reserved the chunk.
    /// `fresh_chunks` (0 or 1) is the number of chunks that the global allocator just provided for
    /// it.
    pub(crate) fn new(bump: Bump, charge: Charge, fresh_chunks: usize) -> Box<Self> {
        let home = OwnSlot::new();
        charge.settle(bump.allocated_bytes_including_metadata());
        let mut lease = Box::new(Self {
            chunks_before: Cell::new(0),
            bump,
            usage: Cell::new(LeaseUse::Plain),
            own_peak: Cell::new(0),
            peak: Cell::new(0),
            reserved: Cell::new(0),
            chunks_of_children: Cell::new(0),
            overlapping: Cell::new((0, 0)),
            refusals: Cell::new(0),
            budget_refusals: Cell::new(0),
            refused_by: Cell::new(RefusedBy::Allocator),
            over_limit: Cell::new(0),
            abandoned: Cell::new(0),
            abandoned_by_children: Cell::new(0),
            wasted_by_children: Cell::new(0),
            ahead: Ahead::new(),
            shown: Cell::new(0),
            touched: 0,
            touched_by_buffers: 0,
            capacity: 0,
            class: 0,
            bucket: 0,
            raw: Cell::new(false),
            grew: Cell::new(false),
            peak_is_upper_bound: Cell::new(false),
            limit_panicked: Cell::new(false),
            raw_is_at_budget: Cell::new(false),
            is_lifted: Cell::new(false),
            shared: OnceCell::new(),
            charge,
            at_end: AtEnd::new(),
            site: &UNUSED,
            slot: home.slot(),
            home,
        });
        lease.clear();
        if fresh_chunks > 0 {
            lease.set_unusual();
            lease.chunks_before.set(lease.chunks_before.get() - fresh_chunks);
        }
        lease
    }

    /// Bytes of the first chunk, without `bumpalo`'s footer.
    #[inline(always)]
    pub(crate) fn capacity(&self) -> usize {
        self.capacity
    }

    /// The class of the first chunk.
    #[inline(always)]
    pub(crate) fn class(&self) -> Class {
        self.class
    }

    /// Resets the counters for the next scope. The `Bump` is already reset.
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
            &self.budget_refusals,
            &self.over_limit,
            &self.abandoned,
            &self.abandoned_by_children,
            &self.wasted_by_children,
        ] {
            count.set(0);
        }
        self.usage.set(LeaseUse::Plain);
        for flag in [
            &self.raw,
            &self.grew,
            &self.peak_is_upper_bound,
            &self.limit_panicked,
            &self.raw_is_at_budget,
            &self.is_lifted,
        ] {
            flag.set(false);
        }
        self.overlapping.set((0, 0));
        self.ahead.clear();
        self.shared = OnceCell::new();
        self.capacity = capacity;
        self.class = class::of_capacity(capacity);
        self.slot = self.home();
        self.shown.set(self.reserved());
        self.bucket = Bytes::index(self.shown.get() as u64) as u8;
        self.slot.held.store(self.shown.get() as u64, Relaxed);
    }

    /// Publishes to readers how many bytes the arena holds.
    #[inline(always)]
    fn show(&self) {
        let held = self.reserved();
        self.slot.held.fetch_add((held - self.shown.replace(held)) as u64, Relaxed);
    }

    /// The limit that the leases of this request share, if the request has one.
    fn shared_limit(&self) -> Option<&Arc<SharedLimit>> {
        let limit = self.site.limit()?;
        if self.shared.get().is_none() {
            let limit = if self.is_lifted.get() { usize::MAX } else { limit };
            let share = || SharedLimit::share(limit, &self.bump, self.over_limit.get() > 0);
            // The field is empty, so this sets it.
            let _ = self.shared.set(coverage::own(|| Arc::new(share())));
            if self.raw.get() {
                self.lend_to_raw();
            }
        }
        self.shared.get()
    }

    #[inline]
    pub(crate) fn site(&self) -> &'static Site {
        self.site
    }

    /// Marks an arena in the pool as unused. The next scope that takes it assigns a site, which
    /// removes the mark.
    pub(crate) fn mark_unused(&mut self) {
        self.site = &UNUSED;
    }

    /// Whether no scope has used the lease since [`mark_unused`](Self::mark_unused), or since it
    /// was created.
    pub(crate) fn is_unused(&self) -> bool {
        core::ptr::eq(self.site, &raw const UNUSED)
    }

    /// Whether this is the arena of the scope in `slot`.
    #[inline(always)]
    pub(crate) fn is_of(&self, slot: &'static Slot) -> bool {
        core::ptr::eq(self.home(), slot)
    }

    /// Whether the scope only allocated from the first chunk, and perhaps gave some bytes back. A
    /// lease that is not simple must be [closed](Lease::close).
    #[inline(always)]
    pub(crate) fn is_simple(&self) -> bool {
        self.usage.get() != LeaseUse::Unusual
    }

    /// Records that bytes were given back or left behind. The caller updates `own_peak` or
    /// `abandoned`.
    pub(crate) fn set_rewound(&self) {
        if self.usage.get() == LeaseUse::Plain {
            self.usage.set(LeaseUse::Rewound);
        }
    }

    /// Records any use beyond the first chunk, so that the lease is closed in full.
    #[inline(always)]
    pub(crate) fn set_unusual(&self) {
        self.usage.set(LeaseUse::Unusual);
    }

    /// Empties the arena after its scope, so that the pool can keep it.
    #[inline]
    pub(crate) fn empty(&mut self) -> Emptied {
        if self.is_simple() {
            self.empty_simple();
            self.take_rewound();
            return Emptied::AsItWas;
        }
        let (grew, peak) = (self.grew.get(), self.own_peak.get());
        self.clear();
        if grew { Emptied::Grown { peak: peak as u64 } } else { Emptied::AsItWas }
    }
}
