//! The report as a table for people.

use core::fmt;

use crate::histogram::Bytes;
use crate::report::Report;

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let width = self.sites.iter().map(|site| site.name.chars().count()).max().unwrap_or(0).max("scope".len());
        writeln!(
            f,
            "{:width$} {:>10} {:>7} {:>9} {:>9} {:>7} {:>5} {:>7} {:>19} {:>19} {:>19} {:>8}",
            "scope",
            "returned",
            "error",
            "panicked",
            "cancelled",
            "limit",
            "live",
            "chunks",
            "used mean/max",
            "peak_used mean/max",
            "reserved mean/max",
            "coverage",
        )?;
        for site in &self.sites {
            let pair = |bytes: &Bytes| std::format!("{:.0}/{}", bytes.mean(), bytes.max);
            let sign = site.peak_exactness.sign();
            let coverage = site.heap.and_then(|heap| heap.coverage());
            writeln!(
                f,
                "{:width$} {:>10} {:>7} {:>9} {:>9} {:>7} {:>5} {:>7} {:>19} {:>19} {:>19} {:>8}",
                site.name,
                site.outcomes.returned,
                site.outcomes.error,
                site.outcomes.panicked,
                site.outcomes.cancelled,
                site.outcomes.limit_exceeded,
                site.live_scopes,
                site.chunks,
                pair(&site.used),
                std::format!("{sign}{}", pair(&site.peak_used)),
                pair(&site.reserved),
                coverage.map_or_else(|| String::from("-"), |coverage| std::format!("{:.1} %", 100.0 * coverage)),
            )?;
        }
        let pool = &self.pool;
        write!(
            f,
            "pool: {} arenas keep {} bytes; discarded: {} too large, {} pool full, {} unused, {} trimmed",
            pool.retained_arenas,
            pool.retained_bytes,
            pool.discarded.too_large,
            pool.discarded.pool_full,
            pool.discarded.unused,
            pool.discarded.trimmed
        )
    }
}
