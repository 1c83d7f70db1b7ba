//! The report as a table for people.

use core::fmt;

use crate::figures::histogram::Bytes;
use crate::printable::printable;
use crate::report::{HeapReport, Report, SiteReport};
use crate::site::LimitMode;

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let width = self
            .sites
            .iter()
            .map(|site| printable(site.name).chars().count())
            .max()
            .unwrap_or(0)
            .max("scope".len());
        writeln!(
            f,
            "{:width$} {:>10} {:>7} {:>9} {:>9} {:>7} {:>5} {:>7} {:>19} {:>19} {:>19} {:>20} \
             {:>9} {:>15} {:>15} {:>16}",
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
            "heap before/in/after",
            "coverage",
            "response mean",
            "buffers live/B",
            "future each/live",
        )?;
        for site in &self.sites {
            let pair = |bytes: &Bytes| std::format!("{:.0}/{}", bytes.mean(), bytes.max);
            let sign = site.peak_exactness.sign();
            let bound = |heap: &HeapReport| if heap.is_upper_bound() { "<=" } else { "" };
            let coverage = site.heap.and_then(|heap| Some((bound(&heap), heap.coverage()?)));
            writeln!(
                f,
                "{:width$} {:>10} {:>7} {:>9} {:>9} {:>7} {:>5} {:>7} {:>19} {:>19} {:>19} {:>20} \
             {:>9} {:>15} {:>15} {:>16}",
                printable(site.name),
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
                site.heap.map_or_else(|| String::from("-"), |heap| around(&heap)),
                coverage.map_or_else(
                    || String::from("-"),
                    |(sign, part)| std::format!("{sign}{:.1} %", 100.0 * part)
                ),
                site.responses.map_or_else(
                    || String::from("-"),
                    |responses| std::format!("{:.0}", responses.bytes.mean())
                ),
                site.responses.map_or_else(
                    || String::from("-"),
                    |responses| std::format!("{}/{}", responses.live, responses.live_bytes)
                ),
                site.future_bytes.map_or_else(
                    || String::from("-"),
                    |bytes| std::format!("{bytes}/{}", site.live_future_bytes)
                ),
            )?;
        }
        let pool = &self.pool;
        write!(
            f,
            "pool: {} arenas keep {} bytes; discarded: {} too large, {} pool full, {} unused, \
             {} trimmed",
            pool.retained_arenas,
            pool.retained_bytes,
            pool.discarded.too_large,
            pool.discarded.pool_full,
            pool.discarded.unused,
            pool.discarded.trimmed
        )?;
        self.write_budget(f)?;
        self.write_live_heap(f)?;
        self.write_suggestions(f)
    }
}

impl Report {
    /// Writes the budget if there is one, and what was refused or would have been.
    fn write_budget(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(limit) = self.budget.limit_bytes {
            let refused: u64 = self.sites.iter().map(|site| site.budget_refusals).sum();
            let taken = self.budget.taken_bytes;
            write!(f, "\nbudget: {taken} of {limit} bytes are taken; {refused} refused")?;
        }
        let measured = |site: &&SiteReport| site.limit_mode == LimitMode::Measure;
        for site in self.sites.iter().filter(measured) {
            let (name, over) = (printable(site.name), site.over_limit);
            write!(f, "\nlimit of {name} is only measured: {over} would have been refused")?;
        }
        Ok(())
    }

    fn write_suggestions(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let suggested = |site: &SiteReport| Some((site.name, site.suggestion()?));
        let mut heading = "\nsuggested by these figures:";
        for (name, suggestion) in self.sites.iter().filter_map(suggested) {
            write!(f, "{heading}\n  {}: {suggestion}", printable(name))?;
            heading = "";
        }
        Ok(())
    }
}

/// Mean heap bytes before, in and after a scope, with `-` for a part that was not measured.
fn around(heap: &HeapReport) -> String {
    let inside = heap.bytes.mean();
    match heap.outermost {
        0 => std::format!("-/{inside:.0}/-"),
        count => {
            let mean = |bytes: u64| bytes as f64 / count as f64;
            std::format!("{:.0}/{inside:.0}/{:.0}", mean(heap.before_bytes), mean(heap.after_bytes))
        }
    }
}
