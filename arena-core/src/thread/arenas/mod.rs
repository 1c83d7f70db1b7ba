//! The source and the destination of a scope's arena: the thread's part of the [pool](crate::pool),
//! then the shelves.

use std::sync::atomic::Ordering::Relaxed;

use bumpalo::Bump;

use super::local::Local;
use super::thread_slot;
use crate::budget;
use crate::budget::charge::Charge;
use crate::error::RefusedBy;
use crate::figures::stats::Figures;
use crate::lease::class::{Class, capacity_for, room};
use crate::lease::{CHUNK_FOOTER, Emptied, Lease};
use crate::panics::Panics;
use crate::pool::fits::{self, Fits, LARGEST_PLACE};
use crate::pool::places::{self, Places, Unplaced};
use crate::pool::report::PoolReport;
use crate::pool::shelf::{self, POOL_FULL, SHARED, TOO_LARGE, TRIMMED, UNUSED};
use crate::site::Site;
use crate::slot::{Slot, registry};
use crate::sync::claim::Entered;
use crate::{clock, coverage, exemplar, settings};

pub(crate) mod buffers;

/// Takes an empty arena for a scope of `site`. `number` is the site's number.
#[inline(always)]
pub(crate) fn take(site: &'static Site, number: usize) -> Box<Lease> {
    if let Some(own) = thread_slot::own() {
        if let Ok(mut local) = own.local.try_borrow_mut() {
            if let Some(lease) = local.take(number) {
                return lease;
            }
        }
    }
    take_anew(site)
}

/// As [`take`], when the thread's places have no arena that fits, or the thread does not know the
/// site yet.
#[cold]
#[inline(never)]
fn take_anew(site: &'static Site) -> Box<Lease> {
    let Some(mut local) = thread_slot::enter() else { return Lease::without_chunk() };
    let (of_site, pool) = local.site(site);
    if let Some(lease) = pool.take(of_site.learner.fits_mut()) {
        return lease;
    }
    let fits = of_site.learner.fits().clone();
    drop(local);
    // If memory is short, the first allocation requests only what it needs. If that fails too, it
    // returns the error.
    elsewhere(&fits, false).unwrap_or_else(|_| Lease::without_chunk())
}

/// Takes a lease for a fork or a child scope of the request of `parent`.
///
/// Under a limit it starts small, because the whole capacity of a pooled arena counts against the
/// limit.
pub(crate) fn further(parent: &Lease) -> Box<Lease> {
    let mut lease = take_further(parent.site());
    if !parent.admits(&lease) {
        give_back_empty(lease);
        lease = Lease::without_chunk();
    }
    lease.join(parent);
    lease
}

fn take_further(site: &'static Site) -> Box<Lease> {
    let Some(mut local) = thread_slot::enter() else { return Lease::without_chunk() };
    let (of_site, pool) = local.site(site);
    let fits = of_site.learner.further();
    if let Some(lease) = pool.take(fits) {
        return lease;
    }
    let fits = fits.clone();
    drop(local);
    // If memory is short, the first allocation requests only what it needs. If that fails too, it
    // returns the error.
    elsewhere(&fits, false).unwrap_or_else(|_| Lease::without_chunk())
}

/// Takes an arena from the shelves, or allocates one. `reclaims` says whether the pool gives up its
/// idle arenas if the budget has no room for a new one.
fn elsewhere(fits: &Fits, reclaims: bool) -> Result<Box<Lease>, RefusedBy> {
    coverage::own(|| {
        let shelf = thread_slot::enter().map(|mut local| local.pool.shelf());
        let found = shelf
            .and_then(|shelf| shelf.pop(fits))
            .or_else(|| thread_slot::enter()?.pool.take(&mut fits::in_places(fits)))
            .or_else(|| SHARED.pop(fits))
            .or_else(|| {
                if fits.fresh > room(LARGEST_PLACE) { shelf::pop_from_any(fits) } else { None }
            });
        found.map_or_else(|| fresh(fits.fresh, reclaims), Ok)
    })
}

fn fresh(room: usize, reclaims: bool) -> Result<Box<Lease>, RefusedBy> {
    if room == 0 {
        return Ok(Lease::without_chunk());
    }
    let whole = capacity_for(room).saturating_add(CHUNK_FOOTER);
    let charge = Charge::of(whole, reclaims).ok_or_else(RefusedBy::of_failed_reservation)?;
    let bump = Bump::try_with_capacity(room).map_err(|_| RefusedBy::Allocator)?;
    Ok(Lease::new(bump, charge, 1))
}

/// Closes the lease of a scope and keeps the arenas of its forks, see [`Lease::close`].
pub(crate) fn close(lease: Box<Lease>, panics: &mut Panics) -> (Box<Lease>, Figures) {
    lease.close(panics, give_back)
}

/// Closes the lease of a child scope and keeps all its arenas.
pub(crate) fn close_child(lease: Box<Lease>, panics: &mut Panics) -> Figures {
    lease.close_child(panics, give_back)
}

/// Empties the arena of a scope that is over, and keeps it for a later scope within the pool's
/// bounds.
pub(crate) fn give_back(mut lease: Box<Lease>) {
    match lease.empty() {
        Emptied::AsItWas => give_back_empty(lease),
        Emptied::Grown { peak } => {
            let site = lease.site();
            give_back_grown(lease, site, peak);
        }
    }
}

/// Keeps an empty arena that has the same chunk as when it was taken.
#[inline(always)]
fn give_back_empty(lease: Box<Lease>) {
    // A thread that is about to end keeps no arena.
    let Some(mut local) = thread_slot::enter() else { return };
    let home = lease.home();
    let unplaced = local.pool.give(lease);
    keep_or_place(local, home, unplaced);
}

/// As [`give_back_empty`], for an arena that grew in a scope of `site`. `peak` is the most bytes
/// that it had in use.
fn give_back_grown(lease: Box<Lease>, site: &'static Site, peak: u64) {
    let Some(mut local) = thread_slot::enter() else { return };
    let (of_site, pool) = local.site(site);
    let home = lease.home();
    let unplaced = pool.give_grown(lease, &mut of_site.learner, peak);
    keep_or_place(local, home, unplaced);
}

/// Shows an arena that got a place as kept, or finds another place for it.
fn keep_or_place(local: Entered<'_, Local>, home: &'static Slot, unplaced: Option<Unplaced>) {
    if unplaced.is_none() {
        // Before the borrow ends: afterwards another thread can free the arena and reuse its slot.
        home.close();
    }
    drop(local);
    place(unplaced);
}

/// Puts an arena without a place on a shelf, or frees it.
#[inline(always)]
pub(super) fn place(unplaced: Option<Unplaced>) {
    if let Some((lease, class)) = unplaced {
        put_away(lease, class, |local| &mut local.pool);
    }
}

#[cold]
#[inline(never)]
fn put_away(lease: Box<Lease>, class: Option<Class>, places: fn(&mut Local) -> &mut Places) {
    let home = lease.home();
    // Reports must not count the arena as kept before it is.
    home.lend();
    if class.is_none() {
        TOO_LARGE.fetch_add(1, Relaxed);
        return;
    }
    let offered = coverage::own(|| {
        let mut local = thread_slot::enter()?;
        let offered = local.offered.take();
        let unplaced = places(&mut local).give_anew(lease);
        let Some((lease, Some(class))) = unplaced else {
            home.close();
            return offered;
        };
        let shelf = local.pool.shelf();
        drop(local);
        let discarded = shelf.push(lease, class, clock::now()).len();
        POOL_FULL.fetch_add(discarded as u64, Relaxed);
        offered
    });
    // Foreign code runs, so nothing is borrowed any more.
    if let Some((site, peak)) = offered {
        exemplar::offer(site, peak);
    }
}

/// Frees the arenas that the pool retains, and returns the bytes of their chunks. jemalloc then
/// decides when this memory leaves the process.
///
/// Call it when a service is about to be idle, or after an unusual burst. It frees the arenas of
/// every thread, also of idle threads. A thread that gives an arena back at the same moment frees
/// its own arenas when it opens or ends its next scope.
///
/// Without `membarrier`, every thread frees its own places that late: one arena of each size up to
/// 64 KiB. This applies to systems other than Linux, Linux before 4.14, and system-call filters
/// that refuse `membarrier`.
///
/// # Cost
///
/// About 10 µs, plus 0.3 µs for each thread that has opened a scope. A scope waits for it only if
/// it opens or ends while its own thread's places are being emptied.
///
/// ```
/// # use request_arena_core::{Site, report, scope, trim};
/// # static SITE: Site = Site::new("trim", module_path!(), file!(), line!());
/// scope(&SITE, |arena| { arena.alloc_slice_fill_copy(10_000, 0_u8); });
/// assert!(trim() >= 10_000);
/// assert_eq!(report().pool.retained_bytes, 0);
/// ```
pub fn trim() -> usize {
    let before = PoolReport::read().retained_bytes;
    free_idle();
    before.saturating_sub(PoolReport::read().retained_bytes)
}

fn free_idle() {
    thread_slot::call(places::ALL);
    let shelves = shelf::all();
    let trimmed: usize =
        shelves.iter().map(|shelf| shelf.clear().len()).sum::<usize>() + SHARED.clear().len();
    TRIMMED.fetch_add(trimmed as u64, Relaxed);
}

/// Frees the idle arenas if they hold at least `missing` bytes, for a request that the budget would
/// refuse otherwise. Returns whether it did.
pub(crate) fn reclaim(missing: usize) -> bool {
    let (_, idle, _) = registry::sums();
    let suffices = idle.held > 0 && idle.held >= missing as u64;
    if suffices {
        free_idle();
    }
    suffices
}

/// Frees the arenas that this thread keeps, and no others.
pub(crate) fn trim_own() {
    let Some(mut local) = thread_slot::enter() else { return };
    let freed = [local.pool.answer(places::ALL), local.buffers.answer(places::ALL)];
    let shelf = local.pool.shelf();
    drop(local);
    drop(freed);
    TRIMMED.fetch_add(shelf.clear().len() as u64, Relaxed);
}

/// Frees arenas that were not used for `decay`, and everything beyond bounds that the settings have
/// lowered. Shelves return the unused part of their grants.
pub(crate) fn free_unused(now: u64) {
    if shelf::is_overdrawn() || budget::is_overdrawn() {
        free_idle();
    }
    let since = settings::decay_ms().and_then(|decay| now.checked_sub(decay));
    if let Some(since) = since {
        thread_slot::call(places::unused_since(since));
    }
    for shelf in shelf::all().iter().map(|shelf| &**shelf).chain([&SHARED]) {
        let unused = shelf.take_older(since.map_or(0, |since| since + 1)).len();
        UNUSED.fetch_add(unused as u64, Relaxed);
    }
}

#[cfg(test)]
pub(crate) mod tests;
