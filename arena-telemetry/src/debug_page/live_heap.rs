//! Live heap memory by handler, if the allocator passes its samples on.

use maud::{Markup, html};
use request_arena_chart::human::{bytes, count};
use request_arena_core::heap::{HeapOwner, LiveHeap};
use request_arena_core::printable::printable;
use request_arena_core::{LiveHeapReport, Report};

/// The owners that the table lists, the largest first. The JSON has all handlers.
const LISTED: usize = 20;

/// A table of the owners. Nothing without samples.
pub(super) fn section(report: &Report) -> Markup {
    let Some(beside) = &report.live_heap else { return Markup::default() };
    let owners = owners(report, beside);
    let all: u64 = owners.iter().map(|(_, live)| live.bytes).sum();
    html! {
        section #live-heap {
            h2 { "Live heap by handler" }
            p.note {
                "Estimated from samples of one in " (bytes(beside.interval_bytes as u64))
                ". The error is the standard error."
            }
            @if beside.is_paused {
                p.note {
                    "Sampling is off: memory that was allocated since then is not in these figures."
                }
            }
            @if beside.lost_samples > 0 {
                p.note.bad {
                    (count(beside.lost_samples))
                    " samples found no place, so these figures are too small."
                }
            }
            div.scroll tabindex="0" role="region" aria-label="Live heap by handler" {
                table {
                    thead {
                        tr {
                            @for heading in ["handler", "bytes", "error", "share", "objects"] {
                                th scope="col" { (heading) }
                            }
                        }
                    }
                    tbody { @for owner in owners.iter().take(LISTED) { (row(owner, all)) } }
                }
            }
            @if owners.len() > LISTED {
                p.note { (count((owners.len() - LISTED) as u64)) " more handlers hold less." }
            }
        }
    }
}

/// The owners with samples, the largest first.
fn owners(report: &Report, beside: &LiveHeapReport) -> Vec<(&'static str, LiveHeap)> {
    let of_sites = report.sites.iter().filter_map(|site| Some((site.name, site.live_heap?)));
    let mut owners: Vec<_> = of_sites
        .chain([
            (HeapOwner::Arenas.name(), beside.arenas),
            (HeapOwner::Outside.name(), beside.outside),
        ])
        .filter(|(_, live)| live.samples > 0)
        .collect();
    owners.sort_by_key(|(_, live)| core::cmp::Reverse(live.bytes));
    owners
}

fn row((name, live): &(&str, LiveHeap), all: u64) -> Markup {
    let share = live.bytes as f64 / all.max(1) as f64 * 100.0;
    html! {
        tr {
            th scope="row" { code { (printable(name)) } }
            td { (bytes(live.bytes)) }
            td { "± " (bytes(live.error_bytes)) }
            td { (format!("{share:.0} %")) }
            td { (count(live.objects)) }
        }
    }
}

#[cfg(test)]
mod tests {
    use request_arena_core::{Site, report, scope};

    use super::*;

    fn live(mib: u64, samples: u64) -> LiveHeap {
        let mut live = LiveHeap::default();
        (live.bytes, live.objects) = (mib << 20, 7 * samples);
        (live.error_bytes, live.samples) = (mib << 19, samples);
        live
    }

    #[test]
    fn the_largest_owner_comes_first_and_each_name_is_escaped() {
        static SITE: Site = Site::new("<b>log in</b>", module_path!(), file!(), line!());
        scope(&SITE, |_| {});
        let mut report = report();
        report.live_heap = None;
        assert_eq!(section(&report).into_string(), "");
        report.sites.retain(|site| site.name == SITE.name());
        report.sites[0].live_heap = Some(live(30, 4));
        let mut beside = LiveHeapReport::default();
        (beside.outside, beside.interval_bytes, beside.lost_samples) = (live(10, 1), 1 << 19, 3);
        report.live_heap = Some(beside);
        let page = section(&report).into_string();
        assert!(!page.contains("Sampling is off"), "{page}");
        report.live_heap.as_mut().unwrap().is_paused = true;
        assert!(section(&report).into_string().contains("Sampling is off: memory"));
        let order = ["&lt;b&gt;log in&lt;/b&gt;", "(no handler)"].map(|name| page.find(name));
        assert!(order[0] < order[1] && order[0].is_some(), "{page}");
        assert!(!page.contains("(arenas)"), "an owner without samples has no row: {page}");
        for shown in
            ["30.0 MiB", "± <span", "15.0 MiB", "75 %", "512 KiB", "3 samples found no place"]
        {
            assert!(page.contains(shown), "{shown} in {page}");
        }
    }
}
