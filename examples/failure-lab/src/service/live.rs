//! Compares the live heap of a handler with the bytes that the service knows it keeps.

use anyhow::{Context, ensure};
use request_arena::report;

/// The estimate may be off by so many standard errors.
const ERRORS: f64 = 5.0;

/// jemalloc rounds sizes up to its classes, four for each power of two. Tables around the values
/// take a little, too.
const ROUNDED_UP: f64 = 1.3;

/// An error if the samples do not show that `handler` keeps about so many bytes. Does nothing if
/// the allocator passes no samples on.
pub(crate) fn ensure_live(handler: &str, bytes: usize) -> anyhow::Result<()> {
    let report = report();
    let Some(all) = report.live_heap else { return Ok(()) };
    let site = report.site(handler).with_context(|| format!("no handler `{handler}`"))?;
    let live = site.live_heap.context("the report has no live heap of the handler")?;
    let (estimate, error) = (live.bytes as f64, live.error_bytes as f64);
    let least = bytes as f64 - ERRORS * error;
    let most = bytes as f64 * ROUNDED_UP + ERRORS * error;
    ensure!(
        (least..=most).contains(&estimate),
        "`{handler}` keeps {bytes} bytes, and the samples show {estimate} ± {error}"
    );
    ensure!(all.lost_samples == 0, "{} samples found no place", all.lost_samples);
    Ok(())
}
