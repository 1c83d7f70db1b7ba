//! The report: the figures of every site, the open scopes, the pool and the settings, at the moment
//! of the call.

use core::time::Duration;

use crate::buffer::live::{self as buffers, Live};
use crate::exemplar::{self, Answers, Exemplar};
use crate::figures::histogram::{Bytes, Nanoseconds};
use crate::figures::stats::{Exactness, Outcomes};
use crate::heap::{LiveHeap, live as live_heap_of};
use crate::lease::class;
use crate::maintain::maintain;
use crate::pool::report::PoolReport;
use crate::settings;
use crate::settings::Settings;
use crate::site::{LimitMode, Site};
use crate::slot::Open;
use crate::slot::registry;

mod budget;
mod counts;
mod live_heap;
mod suggestion;
mod table;

pub use self::budget::BudgetReport;
pub use self::counts::Counts;
pub use self::live_heap::LiveHeapReport;
pub use self::suggestion::{Confidence, Suggestion};

/// The memory figures of every annotated function, the open scopes, and the pool. Created by
/// [`report`].
///
/// `Display` prints a table, in bytes:
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
    /// The sites that have opened a scope, in the order of their first scope.
    pub sites: Vec<SiteReport>,
    /// The open scopes, oldest first, at most [`Report::MOST_LIVE`] of them.
    pub live: Vec<LiveScope>,
    /// The arenas that the pool retains.
    pub pool: PoolReport,
    /// The budget of the service, and the bytes that are taken of it.
    pub budget: BudgetReport,
    /// Live heap memory that belongs to no handler. `None` if the allocator passes no samples on,
    /// see [`heap::live`](crate::heap::live).
    pub live_heap: Option<LiveHeapReport>,
    /// What the [source of traces](exemplar::trace_by) has answered. `None` without a source.
    pub traces: Option<Answers>,
    /// The settings in force, from any source.
    pub settings: Settings,
}

/// The figures of one site.
#[derive(Clone, Debug)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct SiteReport {
    /// The function's name, or the `name` option of its annotation.
    pub name: &'static str,
    /// The function's module.
    pub module_path: &'static str,
    /// The source file.
    pub file: &'static str,
    /// The line of the annotation.
    pub line: u32,
    /// The `limit`, in bytes.
    pub limit_bytes: Option<usize>,
    /// Whether the `limit` refuses allocations.
    pub limit_mode: LimitMode,
    /// The `soft_limit`, in bytes.
    pub soft_limit_bytes: Option<usize>,
    /// The `initial` size, in bytes. 0 if the pool chooses the size.
    pub initial_bytes: usize,
    /// Bytes of the first chunk that a new arena gets now, learned from recent peaks. 0 before the
    /// site has learned anything.
    pub learned_bytes: usize,
    /// Scopes that have ended, by outcome.
    pub outcomes: Outcomes,
    /// Number of open scopes.
    pub live_scopes: u64,
    /// The minimum age of the oldest open scope, see [`LiveScope::age`].
    pub oldest: Option<Duration>,
    /// Bytes of chunks that open scopes hold now, with their forks and child scopes. Chunks
    /// allocated through a raw `&Bump` appear only at the end of the scope.
    pub in_use_bytes: u64,
    /// The part of `in_use_bytes` that is certainly written, because earlier scopes used the same
    /// chunks. Bytes that an open scope itself has written appear only at its end.
    pub in_use_touched_bytes: u64,
    /// Bytes of the future that runs the function, see [`Site::future_bytes`]. `None` for a
    /// function that is not `async`.
    pub future_bytes: Option<usize>,
    /// Bytes of the futures of its open scopes: `future_bytes` for each. They are memory beside the
    /// arenas, usually of the task or of a box. A future that is a part of a larger one counts
    /// here, too. It is an upper bound if the futures of a generic function differ in size.
    pub live_future_bytes: u64,
    /// Number of times that an arena of this site was reset and returned, once for each ended
    /// scope.
    pub resets: u64,
    /// Chunks that its arenas, forks and child scopes requested from the global allocator.
    pub chunks: u64,
    /// Allocations refused by the limit, or by the global allocator.
    pub refusals: u64,
    /// Allocations refused by the [budget](Settings::budget) of the service.
    pub budget_refusals: u64,
    /// Scopes that the limit would have refused, and response buffers, if the limit is [only
    /// measured](crate::LimitMode::Measure).
    pub over_limit: u64,
    /// Bytes that collections left behind in an arena when they grew into new memory. They are
    /// unused, and not free before the end of the scope.
    pub abandoned_bytes: u64,
    /// Bytes in use at the end of a scope, in its arena and forks.
    pub used: Bytes,
    /// Most bytes in use at any moment of a scope, in its arena, forks and child scopes.
    pub peak_used: Bytes,
    /// Most bytes of chunks that a scope held, including `bumpalo`'s footer of 48 bytes in each
    /// chunk.
    pub reserved: Bytes,
    /// Whether `peak_used` is exact or a bound. It depends on what the site's scopes did.
    pub peak_exactness: Exactness,
    /// Heap bytes that its scopes allocated outside their arenas. `None` without an allocator hook,
    /// see [`crate::heap`].
    pub heap: Option<HeapReport>,
    /// The bytes of its responses that went through a [`ResponseBuffer`](crate::ResponseBuffer).
    /// `None` if the site has taken no buffer.
    pub responses: Option<ResponseReport>,
    /// Heap memory that its scopes allocated outside their arenas and that is not freed: what
    /// requests left behind, and what open scopes hold. `None` if the allocator passes no samples
    /// on, see [`heap::live`](crate::heap::live).
    pub live_heap: Option<LiveHeap>,
    /// How long its scopes were open, if [durations](Settings::durations) are measured.
    pub duration: Option<Nanoseconds>,
    /// The trace of its largest scope of the last one to two minutes. `None` without a [source of
    /// traces](exemplar::trace_by).
    pub exemplar: Option<Exemplar>,
}

/// The response buffers of a site.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct ResponseReport {
    /// Buffers that exist: handlers fill them, or clients still read them.
    pub live: u64,
    /// Bytes of their chunks. A slow client holds the bytes of its buffer, and no arena.
    pub live_bytes: u64,
    /// The most buffers that existed at one moment. The [maintenance](maintain()) and each report
    /// look at them, so buffers that come and go between two looks are missing.
    pub most_live: u64,
    /// The most bytes of their chunks at one moment, with the same restriction.
    pub most_live_bytes: u64,
    /// Bytes of a new buffer's chunk, learned from recent responses. 0 before the site has learned
    /// anything.
    pub learned_bytes: usize,
    /// Bytes of each response.
    pub bytes: Bytes,
}

/// Heap bytes that the scopes of a site allocated outside their arenas.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct HeapReport {
    /// Bytes that each scope allocated from the heap while it ran, freed or not. The chunks of its
    /// arena do not count.
    pub bytes: Bytes,
    /// Sum of `peak_used` of the same scopes, without bytes that growing collections left behind.
    pub arena_bytes: u64,
    /// Number of scopes for which the heap around the scope was measured. These are the outermost
    /// scopes of a request that runs in a [`RequestHeap`](crate::heap::RequestHeap). `before_bytes`
    /// and `after_bytes` cover only these scopes.
    pub outermost: u64,
    /// Bytes that requests allocated before these scopes, since the request began or the previous
    /// scope ended. Examples are extractors and middleware.
    pub before_bytes: u64,
    /// Bytes that requests allocated after these scopes, if no further scope followed. The response
    /// is an example.
    pub after_bytes: u64,
}

impl HeapReport {
    /// The arena's share (0 to 1) of all memory that the scopes and their surroundings allocated:
    /// `arena / (arena + before + inside + after)`. `None` if the sum is 0.
    ///
    /// Bytes that collections left behind in the arena do not count. If not all surroundings were
    /// measured, the result is [an upper bound](Self::is_upper_bound).
    #[must_use]
    pub fn coverage(&self) -> Option<f64> {
        let heap = self.bytes.sum as f64 + self.before_bytes as f64 + self.after_bytes as f64;
        let all = self.arena_bytes as f64 + heap;
        (all > 0.0).then(|| self.arena_bytes as f64 / all)
    }

    /// Whether [`coverage`](Self::coverage) is an upper bound, because the heap around some scopes
    /// was not counted. This applies to scopes inside another scope, and to requests without a
    /// [`RequestHeap`](crate::heap::RequestHeap).
    #[must_use]
    pub fn is_upper_bound(&self) -> bool {
        self.outermost < self.bytes.count()
    }
}

/// An open scope.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct LiveScope {
    /// The name of its site.
    pub scope: &'static str,
    /// The minimum age of the scope. It never exceeds the true age.
    ///
    /// A scope reads no clock when it opens. Its age counts from the first check that found it. A
    /// check is a report, or a tick of the [maintenance](Settings::maintenance), every 500 ms by
    /// default. So the age is short by at most the time between two checks, and it is 0 at the
    /// first check.
    ///
    /// Without maintenance, only reports and [`maintain`](maintain()) check open scopes. If
    /// [durations](Settings::durations) are measured, the age is exact.
    pub age: Duration,
    /// Bytes of chunks that the scope holds, with its forks and child scopes.
    pub in_use_bytes: u64,
}

/// Reads the figures of all sites, the open scopes, and the pool.
///
/// The call also runs the [maintenance](maintain()). It holds no lock that every request takes.
/// Each figure is exact, but the figures of one site may be from different moments. A scope that
/// ends during the call may be in some of them and not yet in others.
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
    let buffers = buffers::look();
    let live_heap = live_heap_of::by_handler();
    let of_sites = live_heap.as_ref().map(|live| live_heap::of_sites(live, sites.len()));
    let sites = sites
        .iter()
        .enumerate()
        .map(|(index, site)| {
            let buffers = buffers.get(index).copied().unwrap_or_default();
            let live_heap = of_sites.as_ref().map(|live| live[index]);
            SiteReport::read(site, &open, buffers, live_heap)
        })
        .collect();
    Report {
        sites,
        live,
        pool: PoolReport::read(),
        budget: BudgetReport::read(),
        live_heap: live_heap.as_ref().map(LiveHeapReport::of),
        traces: exemplar::answers(),
        settings: settings::current(),
    }
}

impl Report {
    /// The most open scopes that a report lists. The sites' `live_scopes` count all of them.
    pub const MOST_LIVE: usize = 100;

    /// Returns the first site with this name.
    #[must_use]
    pub fn site(&self, name: &str) -> Option<&SiteReport> {
        self.sites.iter().find(|site| site.name == name)
    }
}

impl SiteReport {
    /// Reads the figures of `site`. `open` lists all open scopes, oldest first.
    fn read(
        site: &'static Site,
        open: &[Open],
        buffers: Live,
        live_heap: Option<LiveHeap>,
    ) -> Self {
        // Before the counts, so that its scope is counted in them.
        let exemplar = exemplar::of(site);
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
            limit_mode: site.limit_mode(),
            soft_limit_bytes: site.soft_limit(),
            initial_bytes: site.initial(),
            learned_bytes: class::room(site.learned()),
            outcomes: totals.outcomes,
            live_scopes,
            oldest,
            in_use_bytes,
            in_use_touched_bytes,
            future_bytes: site.future_bytes(),
            live_future_bytes: live_scopes * site.future_bytes().unwrap_or(0) as u64,
            resets: totals.outcomes.total(),
            chunks: totals.chunks,
            refusals: totals.refusals,
            budget_refusals: totals.budget_refusals,
            over_limit: totals.over_limit,
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
            responses: counted(totals.responses.count() + buffers.most_buffers).then_some(
                ResponseReport {
                    live: buffers.buffers,
                    live_bytes: buffers.bytes,
                    most_live: buffers.most_buffers,
                    most_live_bytes: buffers.most_bytes,
                    learned_bytes: class::room(site.learned_of_buffers()),
                    bytes: totals.responses,
                },
            ),
            live_heap,
            duration: counted(totals.duration.count()).then_some(totals.duration),
            exemplar,
        }
    }
}
