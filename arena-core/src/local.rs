//! What a thread keeps for itself: its counters of each site and what it learned of it, its part of
//! the pool, and the arena that waits for its visit to end. One thread local, so that a scope looks
//! it up seldom; at the thread's end everything goes where other threads find it.

#![allow(
    clippy::vec_box,
    reason = "a lease stays in its box, which handles point into, wherever it lies"
)]

use core::mem::ManuallyDrop;
use std::cell::Cell;

use crate::cells::{Cells, Ended};
use crate::claim::{Answer, Claimable, Entered, Owned, Reach};
use crate::lease::Lease;
use crate::pool::learner::Learner;
use crate::pool::{Freed, ThreadPool, Unplaced};
use crate::scope::OpenArena;
use crate::slot::Slot;
use crate::stats::Outcome;
use crate::sync::{Arc, Mutex, lock};
use crate::{Site, clock, heap, pool};

/// See the module.
pub(crate) struct Local {
    /// By the sites' numbers; the first one is nobody's.
    sites: Vec<Option<Box<OfSite>>>,
    pub(crate) pool: ThreadPool,
    /// Arenas closed before the one that is [parked](Shell::parked) whose visits go on: what is
    /// dropped with a body may have opened scopes of its own.
    parked_before: Vec<Box<Lease>>,
}

/// Arenas closed where a thread has nothing of its own any more.
static PARKED_ELSEWHERE: Mutex<Vec<Box<Lease>>> = Mutex::new(Vec::new());

/// What a thread has of one site.
pub(crate) struct OfSite {
    site: &'static Site,
    cells: Arc<Cells>,
    pub(crate) learner: Learner,
}

/// Where a thread has its [`Local`]. Shells are never freed but used again: there are as many as
/// threads ever had one at once.
struct Shell {
    /// The arena that was closed last, until its visit ends: a moment later, on the same thread.
    parked: Cell<Option<Box<Lease>>>,
    local: Claimable<Local>,
}

// SAFETY: rule 7 (handle.rs): a shell is in one thread's `LOCAL`, or empty in the list of free
// ones, which a lock guards. Other threads find it in `REACH`, which leads to nothing but its
// `Claimable`.
unsafe impl Sync for Shell {}

static FREE: Mutex<Vec<&'static Shell>> = Mutex::new(Vec::new());
/// Those of threads that have not ended.
static REACH: Reach<&'static Shell> = Reach(Mutex::new(Vec::new()));

impl Owned for Shell {
    type Value = Local;

    fn claimable(&self) -> &Claimable<Local> {
        &self.local
    }
}

impl Answer for Local {
    type Given = Freed;

    fn answer(&mut self, call: u64) -> Freed {
        self.pool.answer(call)
    }
}

/// Has all threads free of their places what `call` says, idle ones at once: see
/// [`ThreadPool::answer`].
pub(crate) fn call(call: u64) {
    let freed = heap::own(|| REACH.call(call));
    drop(freed);
    // Where others cannot be reached, this thread is: it answers when it looks.
    drop(LOCAL.get().map(|shell| shell.local.try_borrow_mut()));
}

thread_local! {
    // Needs no destructor, so that reaching it is one load.
    static LOCAL: Cell<Option<&'static Shell>> = const { Cell::new(None) };
    // Never dropped: it is empty but for the moment between a poll and its body's first statement.
    static HANDED: Cell<Option<ManuallyDrop<OpenArena>>> = const { Cell::new(None) };
    static AT_THREAD_END: AtThreadEnd = const { AtThreadEnd };
}

/// Empties the thread's shell at its end, and gives it to the next one.
struct AtThreadEnd;

impl Drop for AtThreadEnd {
    fn drop(&mut self) {
        let Some(shell) = LOCAL.take() else { return };
        // Taken out first: what is dropped may look for the thread's own.
        let parked = shell.parked.take();
        REACH.leave(shell);
        let Ok(mut own) = shell.local.try_borrow_mut() else { return };
        let mut local = core::mem::replace(&mut *own, Local::NEW);
        drop(own);
        for lease in local.parked_before.drain(..).chain(parked) {
            // Its visit ends on another thread, and looks for it there.
            if lease.home().is_open() {
                park_elsewhere(lease);
            }
        }
        drop(local);
        lock(&FREE).push(shell);
    }
}

/// The thread's own. `None` when the thread is about to end (a scope in a thread local's
/// destructor), or when it is in use, which a scope is not expected to find: nothing of the user's
/// runs meanwhile. A global allocator that opens scopes is not supported.
#[inline(always)]
pub(crate) fn enter() -> Option<Entered<'static, Local>> {
    match LOCAL.get() {
        Some(shell) => shell.local.try_borrow_mut().ok(),
        None => first(),
    }
}

#[cold]
#[inline(never)]
fn first() -> Option<Entered<'static, Local>> {
    AT_THREAD_END.try_with(|_| ()).ok()?;
    let free = lock(&FREE).pop();
    let make = || {
        &*Box::leak(Box::new(Shell { parked: Cell::new(None), local: Claimable::new(Local::NEW) }))
    };
    let shell = free.unwrap_or_else(|| heap::own(make));
    heap::own(|| REACH.join(shell));
    LOCAL.set(Some(shell));
    shell.local.try_borrow_mut().ok()
}

/// An empty arena for a scope of `site`, whose number this is.
#[inline(always)]
pub(crate) fn take(site: &'static Site, number: usize) -> Box<Lease> {
    if let Some(shell) = LOCAL.get() {
        if let Ok(mut local) = shell.local.try_borrow_mut() {
            if let Some(lease) = local.take(number) {
                return lease;
            }
        }
    }
    pool::take(site)
}

/// Hands an arena that was just opened over to the body that is about to be polled, which
/// [takes](take_handed) it first thing.
#[inline(always)]
pub(crate) fn hand_over(open: OpenArena) {
    HANDED.set(Some(ManuallyDrop::new(open)));
}

/// The arena that was handed over.
#[inline(always)]
pub(crate) fn take_handed() -> OpenArena {
    match HANDED.take() {
        Some(open) => ManuallyDrop::into_inner(open),
        None => panic!("no scope is being polled: `#[request_arena]` opens one around its body"),
    }
}

/// Keeps a closed arena for its visit.
#[inline(always)]
pub(crate) fn park(lease: Box<Lease>) {
    match LOCAL.get() {
        Some(shell) => {
            if let Some(before) = shell.parked.replace(Some(lease)) {
                shell.park_before(before);
            }
        }
        None => park_elsewhere(lease),
    }
}

#[cold]
#[inline(never)]
fn park_elsewhere(lease: Box<Lease>) {
    lock(&PARKED_ELSEWHERE).push(lease);
}

/// The closed arena of the visit with this slot.
pub(crate) fn unpark(slot: &'static Slot) -> Option<Box<Lease>> {
    let of_thread = LOCAL.get().and_then(|shell| shell.unpark(slot));
    of_thread.or_else(|| remove(&mut lock(&PARKED_ELSEWHERE), slot))
}

fn remove(leases: &mut Vec<Box<Lease>>, slot: &'static Slot) -> Option<Box<Lease>> {
    let index = leases.iter().rposition(|lease| lease.is_of(slot))?;
    Some(leases.swap_remove(index))
}

/// Counts a scope of which nothing was wanted but memory, and keeps its arena, which is parked;
/// `false` if it is not there, or more was wanted. Counts its heap too, where that is measured:
/// code that most scopes do not need.
#[inline(always)]
pub(crate) fn end_parked<const WITH_HEAP: bool>(slot: &'static Slot, outcome: Outcome) -> bool {
    let Some(shell) = LOCAL.get() else { return false };
    let Some(lease) = shell.parked.take() else { return false };
    let back = if lease.is_of(slot) && lease.is_simple() {
        shell.end::<WITH_HEAP>(slot, lease, outcome)
    } else {
        Some(lease)
    };
    let has_ended = back.is_none();
    if let Some(lease) = back {
        shell.parked.set(Some(lease));
    }
    has_ended
}

/// As [`end_parked`] without heap, for an arena that was not parked; returned if the thread has
/// nothing of its own any more.
#[inline(always)]
pub(crate) fn end(slot: &'static Slot, lease: Box<Lease>, outcome: Outcome) -> Option<Box<Lease>> {
    match LOCAL.get() {
        Some(shell) => shell.end::<false>(slot, lease, outcome),
        None => Some(lease),
    }
}

/// Counts a scope that ended.
pub(crate) fn count(site: &'static Site, ended: &Ended<'_>) {
    match enter() {
        Some(mut local) => {
            let (of_site, pool) = local.of(site);
            of_site.cells.count(ended);
            of_site.record(ended.figures.peak_used as u64, pool);
        }
        // The thread's own counters are gone.
        None => {
            let late = Cells::default();
            late.count(ended);
            site.ledger.add(&late);
        }
    }
}

/// Counts what a request allocated after its last scope, which was of the site with this number.
pub(crate) fn count_after(number: usize, bytes: u64) {
    let mut local = enter();
    let known = local.as_mut().and_then(|local| local.sites.get(number)?.as_ref());
    if let Some(of_site) = known {
        return of_site.cells.count_after(bytes);
    }
    drop(local);
    // A thread that ends the request of another one, or that is about to end.
    if let Some(site) = Site::numbered(number) {
        let late = Cells::default();
        late.count_after(bytes);
        site.ledger.add(&late);
    }
}

impl Shell {
    #[cold]
    #[inline(never)]
    fn park_before(&self, lease: Box<Lease>) {
        match self.local.try_borrow_mut() {
            Ok(mut local) => heap::own(|| local.parked_before.push(lease)),
            Err(_) => park_elsewhere(lease),
        }
    }

    fn unpark(&self, slot: &'static Slot) -> Option<Box<Lease>> {
        match self.parked.take() {
            Some(lease) if lease.is_of(slot) => return Some(lease),
            other => self.parked.set(other),
        }
        remove(&mut self.local.try_borrow_mut().ok()?.parked_before, slot)
    }

    /// Counts a scope of which nothing was wanted but memory, and keeps its arena; returned, and
    /// nothing done, if the thread's own is in use.
    #[inline(always)]
    fn end<const WITH_HEAP: bool>(
        &self,
        slot: &'static Slot,
        lease: Box<Lease>,
        outcome: Outcome,
    ) -> Option<Box<Lease>> {
        let Ok(mut local) = self.local.try_borrow_mut() else { return Some(lease) };
        let unplaced = local.end::<WITH_HEAP>(slot, lease, outcome);
        drop(local);
        pool::place(unplaced);
        None
    }
}

impl Local {
    const NEW: Self =
        Self { sites: Vec::new(), pool: ThreadPool::new(), parked_before: Vec::new() };

    /// What the thread has of `site`, and its part of the pool.
    #[inline(always)]
    pub(crate) fn of(&mut self, site: &'static Site) -> (&mut OfSite, &mut ThreadPool) {
        self.of_numbered(site.number(), site)
    }

    /// The same, where the site's number is at hand.
    #[inline(always)]
    fn of_numbered(
        &mut self,
        number: usize,
        site: &'static Site,
    ) -> (&mut OfSite, &mut ThreadPool) {
        // Twice, because what is found the first time cannot be given up again to make a new one.
        if self.sites.get(number).is_none_or(Option::is_none) {
            self.open(site, number);
        }
        match self.sites.get_mut(number) {
            Some(Some(of_site)) => (of_site, &mut self.pool),
            _ => unreachable!("opened just now"),
        }
    }

    #[cold]
    #[inline(never)]
    fn open(&mut self, site: &'static Site, number: usize) {
        heap::own(|| {
            if self.sites.len() <= number {
                self.sites.resize_with(number + 1, || None);
            }
            let learner = Learner::new(site, clock::now());
            self.sites[number] =
                Some(Box::new(OfSite { site, cells: site.ledger.open(), learner }));
        });
    }

    /// An arena from the thread's places, for a scope of a site that the thread knows.
    #[inline(always)]
    fn take(&mut self, number: usize) -> Option<Box<Lease>> {
        let of_site = self.sites.get_mut(number)?.as_mut()?;
        self.pool.take(of_site.learner.fits_mut())
    }

    /// Counts a scope of which nothing was wanted but memory, and keeps its arena; returns the
    /// arena if it has no place here.
    #[inline(always)]
    fn end<const WITH_HEAP: bool>(
        &mut self,
        slot: &'static Slot,
        mut lease: Box<Lease>,
        outcome: Outcome,
    ) -> Option<Unplaced> {
        let used = lease.empty_simple();
        let (of_site, pool) = self.of_numbered(slot.number(), lease.site());
        let peak = match lease.take_rewound() {
            None => {
                of_site.cells.count_plain(outcome, used, lease.held());
                if WITH_HEAP {
                    of_site.count_heap(slot, used);
                }
                used
            }
            Some((peak, abandoned)) => {
                let peak = peak.max(used);
                of_site.cells.count_rewound(outcome, (used, peak), lease.held(), abandoned);
                if WITH_HEAP {
                    of_site.count_heap(slot, peak.saturating_sub(abandoned));
                }
                peak
            }
        };
        of_site.record(peak, pool);
        slot.close();
        pool.give(lease)
    }
}

impl OfSite {
    #[inline(always)]
    fn record(&mut self, peak: u64, pool: &mut ThreadPool) {
        if self.learner.record(self.site, peak) {
            self.learn(pool);
        }
    }

    fn count_heap(&self, slot: &Slot, useful: u64) {
        self.cells.count_heap(slot.heap(), useful);
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
    }
}
