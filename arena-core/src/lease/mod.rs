//! A lease: one `Bump` for as long as one scope, fork or child scope lasts, with what is counted
//! about it.
//!
//! A lease is boxed, and between two scopes it lies in the pool as it is: taking one moves a
//! pointer, and what was never touched need not be cleared.
//!
//! The [`Arena`](crate::Arena) handle is one pointer to a lease, and the `Bump` is the lease's
//! first field, so that allocating through the handle is what allocating through `&Bump` is.
//! Nothing here is `Sync`: a lease is reached through one handle at a time (rule 1 in
//! [`crate::handle`]).
//!
//! **Invariant:** the `Bump`'s own limit is what it holds, unless a raw `&Bump` was handed out. So
//! each further chunk is refused by `bumpalo` first and is asked for in [`allocation`], which
//! counts it and shows it to readers: once a chunk, never once an allocation.

use core::cell::{Cell, OnceCell};
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;

use bumpalo::Bump;

use self::ahead::Ahead;
use self::at_end::AtEnd;
use self::budget::Budget;
use self::class::Class;
use crate::coverage;
use crate::figures::histogram::Bytes;
use crate::figures::stats::Figures;
use crate::site::Site;
use crate::slot::Slot;
use crate::slot::registry::OwnSlot;

pub(crate) mod ahead;
mod allocation;
pub(crate) mod at_end;
pub(crate) mod budget;
pub(crate) mod class;
mod closing;
mod figures;
pub(crate) mod pointer;

pub(crate) use figures::Before;

/// What has happened in a scope, as far as its figures depend on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum LeaseUse {
    /// Nothing but allocation from the chunk that the arena came with.
    Plain,
    /// And some of it was given back, or left behind by a collection that grew.
    Rewound,
    /// Anything.
    Unusual,
}

/// What is left of a lease's chunks when it is [emptied](Lease::empty).
pub(crate) enum Emptied {
    /// The chunk that it was taken from the pool with, or none.
    AsItWas,
    /// A larger chunk that it got in its scope, which had `peak` bytes in use at its highest.
    Grown { peak: u64 },
}

/// What `bumpalo` keeps in each chunk for itself.
pub(crate) const CHUNK_FOOTER: usize = 48;

/// See the module.
#[repr(C)]
pub(crate) struct Lease {
    bump: Bump,
    /// What has happened. What follows is only looked at accordingly.
    usage: Cell<LeaseUse>,
    /// The most bytes in use in this arena before any rewind; while a child scope is open, since
    /// then.
    own_peak: Cell<usize>,
    /// The most bytes in use, with those of child scopes, when one opened or ended.
    peak: Cell<usize>,
    /// The most chunk bytes held together with a child scope.
    reserved: Cell<usize>,
    /// Chunks that the arena came with.
    chunks_before: Cell<usize>,
    /// Chunks asked of the global allocator by ended child scopes.
    chunks_of_children: Cell<usize>,
    /// What child scopes took together that ended while an older one was open:
    /// `(peak_used, reserved)`.
    overlapping: Cell<(usize, usize)>,
    refusals: Cell<usize>,
    abandoned: Cell<usize>,
    /// Of that, what child scopes abandoned; and the most that one of them had wasted.
    abandoned_by_children: Cell<usize>,
    wasted_by_children: Cell<usize>,
    ahead: Ahead,
    /// Chunk bytes that the slot knows of.
    shown: Cell<usize>,
    /// Of the chunk that it came with, bytes that scopes have written since it was made.
    touched: usize,
    /// The chunk that it came with: the bytes of its capacity, their class, and the bucket that
    /// counts the whole.
    capacity: usize,
    class: Class,
    bucket: u8,
    /// See [`Figures::peak_is_lower_bound`], [`Figures::peak_is_upper_bound`], [`Figures::limit_panicked`].
    raw: Cell<bool>,
    /// It got a chunk in this scope, beyond the one that it came with.
    grew: Cell<bool>,
    peak_is_upper_bound: Cell<bool>,
    limit_panicked: Cell<bool>,
    budget: OnceCell<Arc<Budget>>,
    /// What runs when the lease ends: forks to close, values to drop, closures to call.
    pub(crate) at_end: AtEnd<Lease>,
    site: &'static Site,
    /// The request's: its own [`OwnSlot`], or that of the arena which it is a fork or child of.
    slot: &'static Slot,
    home: OwnSlot,
}

/// Whose a lease is before its first scope.
static NOBODY: Site = Site::new("nobody", module_path!(), file!(), line!());

impl Lease {
    /// From now on it is the lease of a request scope: its slot knows already what it holds.
    #[inline(always)]
    pub(crate) fn open(&mut self, site: &'static Site) {
        self.site = site;
    }

    /// Its own slot.
    #[inline(always)]
    pub(crate) fn home(&self) -> &'static Slot {
        self.home.slot()
    }

    /// Whether the request's limit has room for the memory that `lease` holds. It counts against the
    /// limit from then on.
    pub(crate) fn admits(&self, lease: &Self) -> bool {
        self.shared_budget().is_none_or(|budget| budget.admit(&lease.bump))
    }

    /// Becomes a fork or a child scope of the request of `parent`, which has
    /// [admitted](Lease::admits) it if it holds memory. It shares the limit and the slot.
    pub(crate) fn join(&mut self, parent: &Self) {
        if let Some(budget) = parent.shared_budget() {
            // A lease from the pool has no budget yet.
            let _ = self.budget.set(Arc::clone(budget));
            self.set_unusual();
        }
        self.home().lend();
        self.site = parent.site;
        self.slot = parent.slot;
        self.shown.set(0);
        self.show();
    }

    /// A lease that holds nothing yet.
    pub(crate) fn without_chunk() -> Box<Self> {
        coverage::own(|| Self::new(Bump::new(), 0))
    }

    /// A lease as it is in the pool. `fresh_chunks` (0 or 1) were asked of the global allocator for
    /// it.
    pub(crate) fn new(bump: Bump, fresh_chunks: usize) -> Box<Self> {
        let home = OwnSlot::new();
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
            abandoned: Cell::new(0),
            abandoned_by_children: Cell::new(0),
            wasted_by_children: Cell::new(0),
            ahead: Ahead::new(),
            shown: Cell::new(0),
            touched: 0,
            capacity: 0,
            class: 0,
            bucket: 0,
            raw: Cell::new(false),
            grew: Cell::new(false),
            peak_is_upper_bound: Cell::new(false),
            limit_panicked: Cell::new(false),
            budget: OnceCell::new(),
            at_end: AtEnd::new(),
            site: &NOBODY,
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

    /// Bytes of the chunk that it came with, without book-keeping.
    #[inline(always)]
    pub(crate) fn capacity(&self) -> usize {
        self.capacity
    }

    /// The class of the chunk that it came with.
    #[inline(always)]
    pub(crate) fn class(&self) -> Class {
        self.class
    }

    /// Forgets the scope, after the `Bump` was reset.
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
            &self.abandoned_by_children,
            &self.wasted_by_children,
        ] {
            count.set(0);
        }
        self.usage.set(LeaseUse::Plain);
        for flag in [&self.raw, &self.grew, &self.peak_is_upper_bound, &self.limit_panicked] {
            flag.set(false);
        }
        self.overlapping.set((0, 0));
        self.ahead.clear();
        self.budget = OnceCell::new();
        self.capacity = capacity;
        self.class = class::of_capacity(capacity);
        self.slot = self.home();
        self.shown.set(self.reserved());
        self.bucket = Bytes::index(self.shown.get() as u64) as u8;
        self.slot.held.store(self.shown.get() as u64, Relaxed);
    }

    /// Shows readers what the arena holds.
    #[inline(always)]
    fn show(&self) {
        let held = self.reserved();
        self.slot.held.fetch_add((held - self.shown.replace(held)) as u64, Relaxed);
    }

    /// The budget that the leases of this request share, if the request has a limit.
    fn shared_budget(&self) -> Option<&Arc<Budget>> {
        let limit = self.site.limit()?;
        Some(self.budget.get_or_init(|| {
            coverage::own(|| Arc::new(Budget::share(limit, &self.bump, self.raw.get())))
        }))
    }

    #[inline]
    pub(crate) fn site(&self) -> &'static Site {
        self.site
    }

    /// Marks an arena that lies in the pool: whatever has it next gives it a site again.
    pub(crate) fn mark_unused(&mut self) {
        self.site = &NOBODY;
    }

    /// Whether nothing has had it since it was [marked](Self::mark_unused), or made.
    pub(crate) fn is_unused(&self) -> bool {
        core::ptr::eq(self.site, &raw const NOBODY)
    }

    /// Whether it is the arena of the scope in this slot.
    #[inline(always)]
    pub(crate) fn is_of(&self, slot: &'static Slot) -> bool {
        core::ptr::eq(self.home(), slot)
    }

    /// Whether nothing was wanted of it but memory from the chunk that it came with, some of it
    /// given back perhaps. Any other is to be [closed](Lease::close).
    #[inline(always)]
    pub(crate) fn is_simple(&self) -> bool {
        self.usage.get() != LeaseUse::Unusual
    }

    /// Bytes were given back or left behind, and `own_peak` and `abandoned` say what is to be known
    /// of it.
    pub(crate) fn set_rewound(&self) {
        if self.usage.get() == LeaseUse::Plain {
            self.usage.set(LeaseUse::Rewound);
        }
    }

    /// Anything else was wanted of it.
    #[inline(always)]
    pub(crate) fn set_unusual(&self) {
        self.usage.set(LeaseUse::Unusual);
    }

    /// Empties a simple lease, so that it is as the pool has it but for what
    /// [`Lease::take_rewound`] takes. Says how many bytes it had in use.
    #[inline(always)]
    pub(crate) fn empty_simple(&mut self) -> u64 {
        let used = self.used_of_one_chunk();
        if used > 0 {
            if used > self.touched {
                self.reset_touched(used);
            } else {
                self.bump.reset();
            }
        }
        used as u64
    }

    /// Resets the `Bump` after a scope that wrote more of the chunk than any before.
    #[cold]
    #[inline(never)]
    fn reset_touched(&mut self, used: usize) {
        self.touch(used);
        self.bump.reset();
    }

    /// So many bytes of the chunk that it comes with have been written by now.
    #[cold]
    #[inline(never)]
    fn touch(&mut self, bytes: usize) {
        self.touched = bytes;
        self.home().touched.store(bytes as u64, Relaxed);
    }

    /// The most bytes that a simple lease had in use before the end, and what it abandoned, if that
    /// is anything.
    #[inline(always)]
    pub(crate) fn take_rewound(&mut self) -> Option<(u64, u64)> {
        if self.usage.get() == LeaseUse::Plain {
            return None;
        }
        Some(self.take_what_was_rewound())
    }

    #[inline(never)]
    fn take_what_was_rewound(&mut self) -> (u64, u64) {
        self.usage.set(LeaseUse::Plain);
        let peak = self.own_peak.take();
        if peak > self.touched {
            self.touch(peak);
        }
        (peak as u64, self.abandoned.take() as u64)
    }

    /// What a simple lease holds, and the bucket that counts it.
    #[inline(always)]
    pub(crate) fn held(&self) -> (u64, usize) {
        (self.shown.get() as u64, usize::from(self.bucket))
    }

    /// The figures of a lease that is simple still.
    pub(crate) fn simple_figures(&self) -> Option<Figures> {
        let used = self.used_of_one_chunk();
        let (peak_used, abandoned) = (self.own_peak.get().max(used), self.abandoned.get());
        let figures = Figures {
            used,
            peak_used,
            reserved: self.shown.get(),
            abandoned,
            wasted: abandoned,
            ..Figures::default()
        };
        self.is_simple().then_some(figures)
    }

    #[inline(always)]
    fn used_of_one_chunk(&self) -> usize {
        self.bump.allocated_bytes() - self.bump.chunk_capacity()
    }

    /// Empties the arena of a scope that is over, so that it is as the pool has it.
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
