//! The table: a row for each handler.

use comfy_table::{Cell, CellAlignment, Table, presets::UTF8_FULL_CONDENSED};
use hdrhistogram::Histogram;
use indicatif::HumanCount;
use request_arena::{Report, SiteReport};

use super::{
    recorder::{Recorder, Scopes},
    run::Measured,
};

/// Joins the figures of the clients, of the scopes' events and of the report.
pub(super) fn table(measured: &Measured, recorder: &Recorder, report: &Report) -> Table {
    let mut table = Table::new();
    table.load_preset(UTF8_FULL_CONDENSED).set_header([
        "handler",
        "requests",
        "outcomes",
        "p50 ms",
        "p99 ms",
        "used KiB\nmedian / max",
        "peak_used KiB\nmedian / max",
        "reserved KiB\nmedian / max",
        "coverage",
        "resets",
        "chunks asked\nof jemalloc",
    ]);
    for (name, handler) in measured.handlers() {
        let scopes = recorder.of(name);
        let site = report.sites.iter().find(|site| site.name == name);
        let bytes = |of: fn(&Scopes) -> &Histogram<u64>| {
            scopes.as_ref().map_or_else(String::new, |s| kib(of(s)))
        };
        let milliseconds = |quantile| {
            format!("{:.2}", handler.latency_us.value_at_quantile(quantile) as f64 / 1000.0)
        };
        let right = |text: String| Cell::new(text).set_alignment(CellAlignment::Right);
        table.add_row([
            Cell::new(name),
            right(HumanCount(handler.requests()).to_string()),
            Cell::new(scopes.as_ref().map_or_else(String::new, outcomes)),
            right(milliseconds(0.5)),
            right(milliseconds(0.99)),
            right(bytes(|scopes| &scopes.used)),
            right(bytes(|scopes| &scopes.peak_used)),
            right(bytes(|scopes| &scopes.reserved)),
            right(
                site.and_then(coverage)
                    .map_or_else(String::new, |part| format!("{:.1} %", 100.0 * part)),
            ),
            right(HumanCount(site.map_or(0, |site| site.resets)).to_string()),
            right(HumanCount(site.map_or(0, |site| site.chunks)).to_string()),
        ]);
    }
    table
}

/// The arenas' part (0 to 1) of the memory that a handler's scopes allocate. `None` if the heap is
/// not measured.
pub(super) fn coverage(site: &SiteReport) -> Option<f64> {
    site.heap?.coverage()
}

fn outcomes(scopes: &Scopes) -> String {
    let each =
        scopes.outcomes.iter().map(|(outcome, count)| format!("{} {outcome}", HumanCount(*count)));
    each.collect::<Vec<_>>().join("\n")
}

fn kib(histogram: &Histogram<u64>) -> String {
    let kib = |bytes: u64| format!("{:.1}", bytes as f64 / 1024.0);
    format!("{} / {}", kib(histogram.value_at_quantile(0.5)), kib(histogram.max()))
}
