//! The report: every site with its figures, and the pool, as they are at the moment of the call.

use core::fmt;

use crate::Site;
use crate::pool::PoolReport;
use crate::stats::{Bytes, Exactness, Outcomes};

/// What every annotated function has taken from its arenas, and what the pool keeps. Made by [`report`].
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
/// assert_eq!(thumbnail.used.last, 100);
/// println!("{report}");
/// ```
#[derive(Clone, Debug)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Report {
    /// The sites that have opened a scope, in the order of their first ones.
    pub sites: Vec<SiteReport>,
    /// The arenas that wait for a scope.
    pub pool: PoolReport,
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
    /// The `initial` size, in bytes; 0 if it was left to the pool.
    pub initial_bytes: usize,
    /// Scopes that have ended, by how.
    pub outcomes: Outcomes,
    /// Scopes that are open.
    pub live_scopes: u64,
    /// How often an arena of this site was reset and given back: once for each ended scope.
    pub resets: u64,
    /// Chunks that its arenas, forks and child scopes asked of the global allocator.
    pub chunks: u64,
    /// Allocations refused, nearly always by the limit.
    pub refusals: u64,
    /// Bytes in use when a scope ended, in its arena and forks.
    pub used: Bytes,
    /// Most bytes in use at any moment of a scope, in its arena, forks and child scopes.
    pub peak_used: Bytes,
    /// Most bytes of chunks that a scope held, with 48 bytes of book-keeping in each.
    pub reserved: Bytes,
    /// Whether `peak_used` is exact or a bound, by what the site's scopes did.
    pub peak_exactness: Exactness,
}

/// Reads the figures of all sites and of the pool.
///
/// Each site's figures are consistent in themselves; different sites are read one after the other. The cost is a lock a site, held
/// for the copy of some numbers; open scopes go on meanwhile.
#[must_use]
pub fn report() -> Report {
    let sites = Site::all().into_iter().map(SiteReport::read).collect();
    Report { sites, pool: PoolReport::read() }
}

impl Report {
    /// The first site with this name.
    #[must_use]
    pub fn site(&self, name: &str) -> Option<&SiteReport> {
        self.sites.iter().find(|site| site.name == name)
    }
}

impl SiteReport {
    fn read(site: &'static Site) -> Self {
        let (totals, live_scopes) = site.stats.read();
        Self {
            name: site.name(),
            module_path: site.module_path(),
            file: site.file(),
            line: site.line(),
            limit_bytes: site.limit(),
            initial_bytes: site.initial(),
            outcomes: totals.outcomes,
            live_scopes,
            resets: totals.resets,
            chunks: totals.chunks,
            refusals: totals.refusals,
            used: totals.used,
            peak_used: totals.peak_used,
            reserved: totals.reserved,
            peak_exactness: Exactness::of(totals.low, totals.high),
        }
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let width = self.sites.iter().map(|site| site.name.chars().count()).max().unwrap_or(0).max("scope".len());
        writeln!(
            f,
            "{:width$} {:>10} {:>7} {:>9} {:>9} {:>7} {:>5} {:>10} {:>7} {:>21} {:>21} {:>21}",
            "scope",
            "returned",
            "error",
            "panicked",
            "cancelled",
            "limit",
            "live",
            "resets",
            "chunks",
            "used last/max",
            "peak_used last/max",
            "reserved last/max",
        )?;
        for site in &self.sites {
            let pair = |bytes: &Bytes| std::format!("{}/{}", bytes.last, bytes.max);
            let sign = site.peak_exactness.sign();
            writeln!(
                f,
                "{:width$} {:>10} {:>7} {:>9} {:>9} {:>7} {:>5} {:>10} {:>7} {:>21} {:>21} {:>21}",
                site.name,
                site.outcomes.returned,
                site.outcomes.error,
                site.outcomes.panicked,
                site.outcomes.cancelled,
                site.outcomes.limit_exceeded,
                site.live_scopes,
                site.resets,
                site.chunks,
                pair(&site.used),
                std::format!("{sign}{}", pair(&site.peak_used)),
                pair(&site.reserved),
            )?;
        }
        let PoolReport {
            retained_arenas,
            retained_bytes,
            discarded_too_large,
            discarded_too_small,
            discarded_pool_full,
        } = self.pool;
        write!(
            f,
            "pool: {retained_arenas} arenas keep {retained_bytes} bytes; discarded: {discarded_too_large} too large, \
             {discarded_too_small} too small, {discarded_pool_full} pool full"
        )
    }
}
