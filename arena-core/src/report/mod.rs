//! The report: every site with its figures, the scopes that are open, the pool and the settings, as
//! they are at the moment of the call.

use core::time::Duration;

use crate::figures::histogram::{Bytes, Nanoseconds};
use crate::figures::stats::{Exactness, Outcomes};
use crate::lease::class;
use crate::maintain::maintain;
use crate::pool::report::PoolReport;
use crate::settings;
use crate::settings::Settings;
use crate::site::Site;
use crate::slot::Open;
use crate::slot::registry;

mod table;

/// What every annotated function has taken from its arenas, what is open, and what the pool keeps.
/// Made by [`report`].
///
/// Its `Display` is a table for people, in bytes:
///
/// ```
/// use request_arena_core::{Site, report, scope};
///
/// static SITE: Site = Site::new("thumbnail", module_path!(), file!(), line!());
/// scope(&SITE, |arena| { arena.alloc_slice_fill_copy(100, 0_u8); });
///
/// let report = report();
/// let thumbnail = report.site("thumbnail").unwrap();
/// assert_eq!((thumbnail.outcomes.returned, thumbnail.live_scopes), (1, 0));
/// assert_eq!((thumbnail.used.count(), thumbnail.used.max), (1, 100));
/// println!("{report}");
/// ```
#[derive(Clone, Debug)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Report {
    /// The sites that have opened a scope, in the order of their first ones.
    pub sites: Vec<SiteReport>,
    /// Scopes that are open, the oldest first; at most [`Report::MOST_LIVE`] of them.
    pub live: Vec<LiveScope>,
    /// The arenas that wait for a scope.
    pub pool: PoolReport,
    /// The settings in force, wherever they came from.
    pub settings: Settings,
}

/// The figures of one site.
#[derive(Clone, Debug)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct SiteReport {
    /// The function's name, or the `name` that its annotation gives.
    pub name: &'static str,
    /// The function's module.
    pub module_path: &'static str,
    /// The source file.
    pub file: &'static str,
    /// The line of the annotation.
    pub line: u32,
    /// The `limit`, in bytes.
    pub limit_bytes: Option<usize>,
    /// The `soft_limit`, in bytes.
    pub soft_limit_bytes: Option<usize>,
    /// The `initial` size, in bytes; 0 if it was left to the pool.
    pub initial_bytes: usize,
    /// Bytes of the first chunk that a scope gets now: learned from its recent peaks; 0 before
    /// anything was learned.
    pub learned_bytes: usize,
    /// Scopes that have ended, by how.
    pub outcomes: Outcomes,
    /// Scopes that are open.
    pub live_scopes: u64,
    /// How long the oldest of them has been open at least, see [`LiveScope::age`].
    pub oldest: Option<Duration>,
    /// Bytes of chunks that open scopes hold now, with their forks and child scopes. What is taken
    /// through a raw `&Bump` is not seen before the scope's end.
    pub in_use_bytes: u64,
    /// Of these, bytes that were written for sure: by scopes that had the same chunks before. What
    /// an open scope has written itself is not seen before its end.
    pub in_use_touched_bytes: u64,
    /// How often an arena of this site was reset and given back: once for each ended scope.
    pub resets: u64,
    /// Chunks that its arenas, forks and child scopes asked of the global allocator.
    pub chunks: u64,
    /// Allocations refused, nearly always by the limit.
    pub refusals: u64,
    /// Bytes that collections left behind in an arena when they grew into new memory: not used, not
    /// free before the scope's end.
    pub abandoned_bytes: u64,
    /// Bytes in use when a scope ended, in its arena and forks.
    pub used: Bytes,
    /// Most bytes in use at any moment of a scope, in its arena, forks and child scopes.
    pub peak_used: Bytes,
    /// Most bytes of chunks that a scope held, with 48 bytes of book-keeping in each.
    pub reserved: Bytes,
    /// Whether `peak_used` is exact or a bound, by what the site's scopes did.
    pub peak_exactness: Exactness,
    /// What its scopes allocated outside their arenas. `None` if nobody could tell: without a hook
    /// of the allocator, see [`crate::heap`].
    pub heap: Option<HeapReport>,
    /// How long its scopes were open, if [durations](Settings::durations) are measured.
    pub duration: Option<Nanoseconds>,
}

/// What a site's scopes allocated from the heap, outside their arenas.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct HeapReport {
    /// Bytes that each scope allocated from the heap while it ran; freed or not, and without its
    /// arena's own chunks.
    pub bytes: Bytes,
    /// `peak_used` of the same scopes, without what growing collections left behind, summed up.
    pub arena_bytes: u64,
    /// Of the scopes, those whose surroundings were seen: outermost scopes of a request that a
    /// [`RequestHeap`](crate::heap::RequestHeap) runs. The two figures below are of these.
    pub outermost: u64,
    /// Bytes that requests allocated before these scopes, since they began or since the scope
    /// before: what extractors build and middleware takes.
    pub before_bytes: u64,
    /// Bytes that requests allocated after these scopes, where no further one followed: the
    /// response.
    pub after_bytes: u64,
}

impl HeapReport {
    /// The arena's part (0 to 1) in all that the scopes took and that was taken around them:
    /// `arena / (arena + before + inside + after)`. `None` if that is nothing.
    ///
    /// What is left behind in the arena is no part of it. Where not all surroundings were seen, the
    /// truth is this [or less](Self::is_upper_bound).
    #[must_use]
    pub fn coverage(&self) -> Option<f64> {
        let heap = self.bytes.sum as f64 + self.before_bytes as f64 + self.after_bytes as f64;
        let all = self.arena_bytes as f64 + heap;
        (all > 0.0).then(|| self.arena_bytes as f64 / all)
    }

    /// Whether [`coverage`](Self::coverage) is an upper bound: the heap around some scopes was not
    /// counted, as no [`RequestHeap`](crate::heap::RequestHeap) ran their request, or they lie
    /// within another scope.
    #[must_use]
    pub fn is_upper_bound(&self) -> bool {
        self.outermost < self.bytes.count()
    }
}

/// A scope that is open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct LiveScope {
    /// The name of its site.
    pub scope: &'static str,
    /// How long it has been open at least; never more than the truth.
    ///
    /// A scope reads no clock when it opens. Its age counts from the first look that found it: a
    /// report, or a tick of the [maintenance](Settings::maintenance), 500 ms apart by default. So
    /// it is short by at most the time between two looks, and 0 at the first. Without maintenance
    /// only reports and [`maintain`](maintain()) look. Where [durations](Settings::durations) are
    /// measured, it is exact.
    pub age: Duration,
    /// Bytes of chunks that it holds, with its forks and child scopes.
    pub in_use_bytes: u64,
}

/// Reads the figures of all sites, the open scopes, and the pool.
///
/// It also does what the [maintenance](maintain()) does. No lock is held that every request takes.
/// Each figure is exact. Those of scopes that end while they are read may be in some of a site's
/// figures and not yet in others.
#[must_use]
pub fn report() -> Report {
    maintain();
    let mut open = registry::open_scopes();
    open.sort_by_key(|open| core::cmp::Reverse(open.age));
    let sites = Site::all();
    let live = open.iter().take(Report::MOST_LIVE).filter_map(|open| {
        let scope = sites.get(open.site - 1)?.name();
        Some(LiveScope { scope, age: open.age, in_use_bytes: open.in_use })
    });
    let live = live.collect();
    let sites = sites.iter().map(|site| SiteReport::read(site, &open)).collect();
    Report { sites, live, pool: PoolReport::read(), settings: settings::current() }
}

impl Report {
    /// The most open scopes that a report lists; the sites' `live_scopes` count all.
    pub const MOST_LIVE: usize = 100;

    /// The first site with this name.
    #[must_use]
    pub fn site(&self, name: &str) -> Option<&SiteReport> {
        self.sites.iter().find(|site| site.name == name)
    }
}

impl SiteReport {
    /// `open` are all open scopes, the oldest first.
    fn read(site: &'static Site, open: &[Open]) -> Self {
        let totals = site.ledger.read();
        let mut open = open.iter().filter(|open| open.site == site.number()).peekable();
        let oldest = open.peek().map(|open| open.age);
        let (live_scopes, in_use_bytes, in_use_touched_bytes) =
            open.fold((0, 0, 0), |(count, bytes, touched), open| {
                (count + 1, bytes + open.in_use, touched + open.touched)
            });
        let counted = |count: u64| count > 0;
        Self {
            name: site.name(),
            module_path: site.module_path(),
            file: site.file(),
            line: site.line(),
            limit_bytes: site.limit(),
            soft_limit_bytes: site.soft_limit(),
            initial_bytes: site.initial(),
            learned_bytes: class::room(site.learned()),
            outcomes: totals.outcomes,
            live_scopes,
            oldest,
            in_use_bytes,
            in_use_touched_bytes,
            resets: totals.outcomes.total(),
            chunks: totals.chunks,
            refusals: totals.refusals,
            abandoned_bytes: totals.abandoned,
            used: totals.used,
            peak_used: totals.peak_used,
            reserved: totals.reserved,
            peak_exactness: Exactness::of_peak(
                counted(totals.peak_is_lower_bound),
                counted(totals.peak_is_upper_bound),
            ),
            heap: counted(totals.heap.count()).then_some(HeapReport {
                bytes: totals.heap,
                arena_bytes: totals.arena_of_heap,
                outermost: totals.outermost,
                before_bytes: totals.before,
                after_bytes: totals.after,
            }),
            duration: counted(totals.duration.count()).then_some(totals.duration),
        }
    }
}
