//! What a thread keeps for itself: its counters of each site and what it learned of it, free slots, and its part of the pool. One thread local, so
//! that a scope looks it up seldom; at the thread's end everything goes where other threads find it.

use std::cell::{Cell, RefCell, RefMut};
use std::sync::{Arc, Mutex, PoisonError};

use crate::cells::{Cells, Ended};
use crate::lease::Lease;
use crate::pool::learner::Learner;
use crate::pool::{ThreadPool, Unplaced};
use crate::slot::{self, Slot};
use crate::{Site, clock, heap};

/// Slots that a thread keeps for its next scopes; more go to the shared list.
const MOST_SLOTS: usize = 64;

/// See the module.
pub(crate) struct Local {
    slots: Vec<&'static Slot>,
    sites: Vec<Option<Box<OfSite>>>,
    pub(crate) pool: ThreadPool,
}

/// What a thread has of one site.
pub(crate) struct OfSite {
    site: &'static Site,
    cells: Arc<Cells>,
    pub(crate) learner: Learner,
}

/// Where a thread has its [`Local`]. Shells are never freed but used again: there are as many as threads ever had one at once.
struct Shell(RefCell<Local>);

// SAFETY: rule 7 (handle.rs): a shell is in one thread's `LOCAL`, or empty in the list of free ones, which a lock guards.
unsafe impl Sync for Shell {}

static FREE: Mutex<Vec<&'static Shell>> = Mutex::new(Vec::new());

thread_local! {
    // Needs no destructor, so that reaching it is one load.
    static LOCAL: Cell<Option<&'static Shell>> = const { Cell::new(None) };
    static AT_THREAD_END: AtThreadEnd = const { AtThreadEnd };
}

/// Empties the thread's shell at its end, and gives it to the next one.
struct AtThreadEnd;

impl Drop for AtThreadEnd {
    fn drop(&mut self) {
        let Some(shell) = LOCAL.take() else { return };
        // Taken out first: what is dropped may look for the thread's own.
        drop(shell.0.replace(Local::NEW));
        FREE.lock().unwrap_or_else(PoisonError::into_inner).push(shell);
    }
}

/// The thread's own. `None` when the thread is about to end (a scope in a thread local's destructor), or when it is in use, which a scope
/// is not expected to find: nothing of the user's runs meanwhile. A global allocator that opens scopes is not supported.
#[inline(always)]
pub(crate) fn enter() -> Option<RefMut<'static, Local>> {
    match LOCAL.get() {
        Some(shell) => shell.0.try_borrow_mut().ok(),
        None => first(),
    }
}

#[cold]
#[inline(never)]
fn first() -> Option<RefMut<'static, Local>> {
    AT_THREAD_END.try_with(|_| ()).ok()?;
    let free = FREE.lock().unwrap_or_else(PoisonError::into_inner).pop();
    let make = || &*Box::leak(Box::new(Shell(RefCell::new(Local::NEW))));
    let shell = free.unwrap_or_else(|| heap::own(make));
    LOCAL.set(Some(shell));
    shell.0.try_borrow_mut().ok()
}

impl Local {
    const NEW: Self = Self { slots: Vec::new(), sites: Vec::new(), pool: ThreadPool::new() };

    /// A free slot, if the thread has one.
    #[inline(always)]
    pub(crate) fn slot(&mut self) -> Option<&'static Slot> {
        self.slots.pop()
    }

    /// What the thread has of `site`, and its part of the pool.
    #[inline(always)]
    pub(crate) fn of(&mut self, site: &'static Site) -> (&mut OfSite, &mut ThreadPool) {
        let index = site.index();
        // Twice, because what is found the first time cannot be given up again to make a new one.
        if self.sites.get(index).is_none_or(Option::is_none) {
            self.open(site, index);
        }
        match self.sites.get_mut(index) {
            Some(Some(of_site)) => (of_site, &mut self.pool),
            _ => unreachable!("opened just now"),
        }
    }

    #[cold]
    #[inline(never)]
    fn open(&mut self, site: &'static Site, index: usize) {
        heap::own(|| {
            if self.sites.len() <= index {
                self.sites.resize_with(index + 1, || None);
            }
            let learner = Learner::new(site, clock::now());
            self.sites[index] = Some(Box::new(OfSite { site, cells: site.ledger.open(), learner }));
        });
    }

    /// A slot and an arena, if the thread has them.
    #[inline(always)]
    pub(crate) fn open_scope(&mut self, site: &'static Site) -> (Option<&'static Slot>, Option<Box<Lease>>) {
        let slot = self.slot();
        let (of_site, pool) = self.of(site);
        (slot, pool.take(of_site.learner.fits()))
    }

    /// Keeps an empty arena, counts its scope, and keeps the slot. Returns the arena if it has no place here (see
    /// [`ThreadPool::give`]), and whether the slot has one.
    #[inline(always)]
    pub(crate) fn close_scope(
        &mut self,
        site: &'static Site,
        slot: &'static Slot,
        lease: Box<Lease>,
        plain: (u64, u64),
    ) -> (Option<Unplaced>, bool) {
        let (of_site, pool) = self.of(site);
        let out = pool.give(lease);
        of_site.count_plain(slot, plain, pool);
        (out, self.keep(slot))
    }

    /// Counts a scope of `site` that ended, and keeps its slot; `false` if there are enough.
    pub(crate) fn end(&mut self, site: &'static Site, slot: &'static Slot, ended: &Ended<'_>) -> bool {
        let (of_site, pool) = self.of(site);
        of_site.cells.count(ended);
        of_site.record(ended.figures.peak_used as u64, pool);
        self.keep(slot)
    }

    /// As [`Local::end`], where nothing was wanted but memory.
    #[inline(always)]
    pub(crate) fn end_plain(&mut self, site: &'static Site, slot: &'static Slot, plain: (u64, u64)) -> bool {
        let (of_site, pool) = self.of(site);
        of_site.count_plain(slot, plain, pool);
        self.keep(slot)
    }

    #[inline(always)]
    fn keep(&mut self, slot: &'static Slot) -> bool {
        slot.clear();
        let keeps = self.slots.len() < self.slots.capacity();
        if keeps {
            self.slots.push(slot);
        }
        keeps || self.keep_first(slot)
    }

    /// Makes room for as many slots as are kept, once.
    #[cold]
    #[inline(never)]
    fn keep_first(&mut self, slot: &'static Slot) -> bool {
        let is_first = self.slots.capacity() == 0;
        if is_first {
            heap::own(|| self.slots.reserve_exact(MOST_SLOTS));
            self.slots.push(slot);
        }
        is_first
    }
}

impl OfSite {
    /// Counts a scope of which nothing was wanted but memory: what it had in use, which was its peak, and what it held.
    #[inline(always)]
    fn count_plain(&mut self, slot: &Slot, (used, reserved): (u64, u64), pool: &mut ThreadPool) {
        self.cells.count_plain(slot.outcome_index(), used, reserved);
        self.record(used, pool);
    }

    #[inline(always)]
    fn record(&mut self, peak: u64, pool: &mut ThreadPool) {
        if self.learner.record(self.site, peak) {
            self.learn(pool);
        }
    }

    #[cold]
    #[inline(never)]
    fn learn(&mut self, pool: &mut ThreadPool) {
        let now = clock::now();
        if let Some(class) = self.learner.learn(self.site, self.cells.peaks(), now) {
            self.site.set_learned(class);
        }
        pool.sweep(now);
    }
}

impl Drop for Local {
    fn drop(&mut self) {
        for of_site in self.sites.drain(..).flatten() {
            of_site.site.ledger.close(&of_site.cells);
        }
        slot::share(&mut self.slots);
    }
}
