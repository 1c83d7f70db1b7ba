//! The pool: arenas between two scopes. What serves a scope is looked for in the thread's own
//! places, on its shelf, on the shared shelf; and made if there is none.
//!
//! Tasks move between threads, so a thread can end more scopes than it opened: what is too much for
//! its shelf goes to the shared one, from which an empty one is served. What lies on others'
//! shelves is dearer to look for than a small arena is to make; for a large one (above 64 KiB) it
//! is worth it. **Invariant:** a large first chunk is asked for only if, at one moment, no arena
//! that fits was on any shelf.
//!
//! How much is kept follows from what is used:
//!
//! * an arena that had to grow in its scope is kept if it is no larger than what its site needed
//!   lately (see [`learner`]). One that did not was the pool's before, whatever this thread knows
//!   of the site, and goes back,
//! * what nobody used for the time of [`decay`](crate::Settings::decay) is freed, idle or not,
//! * all of it together comes to at most [`retain_bytes`](crate::Settings::retain_bytes).

pub(crate) mod class;
pub(crate) mod learner;
mod report;
mod shelf;
#[cfg(test)]
pub(crate) mod tests;
mod thread;

use std::sync::atomic::Ordering::Relaxed;

use bumpalo::Bump;

use self::class::{Class, Fits};
use self::shelf::{POOL_FULL, SHARED, TOO_LARGE, TRIMMED, UNUSED};
use crate::claim::Entered;
use crate::lease::Lease;
use crate::local::Local;
use crate::slot::Slot;
use crate::{Site, clock, heap, local, settings};

pub(crate) use self::class::room;
pub use self::report::{Discarded, PoolReport};
use self::thread::LARGEST_PLACE;
pub(crate) use self::thread::{Freed, ThreadPool};

/// What a scope asks of the pool.
#[derive(Clone, Copy)]
pub(crate) struct Wanted {
    /// Room that its arena has in one chunk, from the start, in bytes.
    pub(crate) initial: usize,
    /// The most that its arena may hold, in bytes.
    pub(crate) limit: usize,
}

/// An arena that has no place on its thread: with its class if it is for a shelf, without if it is
/// to be freed.
pub(crate) type Unplaced = (Box<Lease>, Option<Class>);

/// An empty arena for a scope of `site`, which the thread's own places do not have, or not for a
/// thread that does not know the site yet.
#[cold]
#[inline(never)]
pub(crate) fn take(site: &'static Site) -> Box<Lease> {
    let Some(mut local) = local::enter() else { return Lease::empty() };
    let (of_site, pool) = local.of(site);
    if let Some(lease) = pool.take(of_site.learner.fits_mut()) {
        return lease;
    }
    let fits = of_site.learner.fits().clone();
    drop(local);
    elsewhere(&fits)
}

/// An empty arena for a fork or a child scope.
pub(crate) fn take_further(site: &'static Site) -> Box<Lease> {
    let Some(mut local) = local::enter() else { return Lease::empty() };
    let (of_site, pool) = local.of(site);
    let fits = of_site.learner.further();
    if let Some(lease) = pool.take(fits) {
        return lease;
    }
    let fits = fits.clone();
    drop(local);
    elsewhere(&fits)
}

fn elsewhere(fits: &Fits) -> Box<Lease> {
    heap::own(|| {
        let shelf = local::enter().map(|mut local| local.pool.shelf());
        let found = shelf
            .and_then(|shelf| shelf.pop(fits))
            .or_else(|| local::enter()?.pool.take(&mut thread::in_places(fits)))
            .or_else(|| SHARED.pop(fits))
            .or_else(|| {
                if fits.fresh > room(LARGEST_PLACE) { shelf::pop_from_any(fits) } else { None }
            });
        found.unwrap_or_else(|| fresh(fits.fresh))
    })
}

fn fresh(room: usize) -> Box<Lease> {
    // If memory is short, the first allocation asks for what it needs, and gets its error if that
    // fails too.
    match Bump::try_with_capacity(room) {
        Ok(bump) if room > 0 => Lease::of(bump, 1),
        _ => Lease::empty(),
    }
}

/// Keeps an empty arena for a later scope, as far as the bounds allow: one that has the chunk that
/// it had when it was taken.
#[inline(always)]
pub(crate) fn give_back(lease: Box<Lease>) {
    // A thread that is about to end keeps nothing.
    let Some(mut local) = local::enter() else { return };
    let home = lease.home();
    let unplaced = local.pool.give(lease);
    keep_or_place(local, home, unplaced);
}

/// As [`give_back`], for one that had to grow in a scope of `site`, which had `peak` bytes in use
/// at its highest.
pub(crate) fn give_back_grown(lease: Box<Lease>, site: &'static Site, peak: u64) {
    let Some(mut local) = local::enter() else { return };
    let (of_site, pool) = local.of(site);
    let home = lease.home();
    let unplaced = pool.give_grown(lease, site, &mut of_site.learner, peak);
    keep_or_place(local, home, unplaced);
}

/// Shows an arena that has its place as kept, or finds another place for it.
fn keep_or_place(local: Entered<'_, Local>, home: &'static Slot, unplaced: Option<Unplaced>) {
    if unplaced.is_none() {
        // While no other thread can free it and have its slot.
        home.close();
    }
    drop(local);
    place(unplaced);
}

/// An arena that has no place on its thread, if there is one, is for a shelf, or is freed.
#[inline(always)]
pub(crate) fn place(unplaced: Option<Unplaced>) {
    if let Some((lease, class)) = unplaced {
        put_away(lease, class);
    }
}

#[cold]
#[inline(never)]
fn put_away(lease: Box<Lease>, class: Option<Class>) {
    let home = lease.home();
    // No report counts it as kept before it is.
    home.lend();
    if class.is_none() {
        TOO_LARGE.fetch_add(1, Relaxed);
        return;
    }
    heap::own(|| {
        let Some(mut local) = local::enter() else { return };
        let Some((lease, Some(class))) = local.pool.give_anew(lease) else { return home.close() };
        let shelf = local.pool.shelf();
        drop(local);
        let discarded = shelf.push(lease, class, clock::now()).len();
        POOL_FULL.fetch_add(discarded as u64, Relaxed);
    });
}

/// Frees what the pool keeps. Returns how many bytes of chunks that were; jemalloc then decides
/// when they leave the process.
///
/// It reaches what every thread keeps, idle or not; for a service that is about to be idle, or
/// after an unusual burst. A thread that gives an arena back at this very moment frees its own when
/// it opens or ends its next scope. So does every thread where the system has no `membarrier` or
/// refuses it: on systems other than Linux, before Linux 4.14, or under a filter of system calls.
/// Of each thread that is only its places, one arena of each size up to 64 KiB.
///
/// Costs about 10 µs and 0.3 µs for each thread that has opened a scope. No scope waits for it but
/// one that opens or ends while its own thread's places are emptied.
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
    local::call(thread::ALL);
    let shelves = shelf::all();
    let trimmed: usize =
        shelves.iter().map(|shelf| shelf.clear().len()).sum::<usize>() + SHARED.clear().len();
    TRIMMED.fetch_add(trimmed as u64, Relaxed);
    before.saturating_sub(PoolReport::read().retained_bytes)
}

/// Frees arenas that were not used for the time of `decay`, and all that exceeds changed settings.
/// Has shelves give back what they were granted and do not hold.
pub(crate) fn maintain(now: u64) {
    if shelf::is_overdrawn() {
        trim();
    }
    let since = settings::decay_ms().and_then(|decay| now.checked_sub(decay));
    if let Some(since) = since {
        local::call(thread::unused_since(since));
    }
    for shelf in shelf::all().iter().map(|shelf| &**shelf).chain([&SHARED]) {
        let unused = shelf.take_older(since.map_or(0, |since| since + 1)).len();
        UNUSED.fetch_add(unused as u64, Relaxed);
    }
}
