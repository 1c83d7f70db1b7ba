//! The sections below the handlers: open scopes, pool, settings, allocator, process, container.

use core::time::Duration;

use maud::{Markup, html};
use request_arena_chart::human::{NONE, bytes, bytes_or_none, count, size, time, time_or_off};
use request_arena_core::printable::printable;
use request_arena_core::{Report, Settings};

use crate::{AllocatorReading, ContainerReading, ProcessReading};

pub(super) fn live(report: &Report) -> Markup {
    let open: u64 = report.sites.iter().map(|site| site.live_scopes).sum();
    let listed = report.live.len() as u64;
    html! {
        section {
            h2 { "Open scopes: " (count(open)) }
            @if open == 0 {
                p.note { "No scope is open." }
            } @else if listed > 0 {
                div.scroll.tall #live-scroll tabindex="0" role="region" aria-label="Open scopes" {
                    table {
                        thead {
                            tr {
                                th scope="col" { "scope" }
                                th scope="col" { "open for" }
                                th scope="col" { "in use" }
                            }
                        }
                        tbody {
                            @for scope in &report.live {
                                (live_scope(
                                    scope.scope,
                                    scope.age,
                                    scope.in_use_bytes,
                                    report.settings.warn_open,
                                ))
                            }
                        }
                    }
                }
            }
            @if listed < open {
                p.note { (count(open - listed)) " more are not listed. They opened later, or ended \
                    during this reading." }
            }
        }
    }
}

fn live_scope(name: &str, age: Duration, in_use: u64, warn_open: Option<Duration>) -> Markup {
    let late = warn_open.is_some_and(|most| age > most);
    html! {
        tr {
            th scope="row" { (printable(name)) }
            td.bad[late] { (time(age)) }
            td { (bytes(in_use)) }
        }
    }
}

/// A section of named figures.
pub(super) fn card(title: &str, rows: &[(&str, Markup)]) -> Markup {
    html! {
        section {
            h2 { (title) }
            dl { @for (name, value) in rows { div { dt { (name) } dd { (value) } } } }
        }
    }
}

pub(super) fn pool(report: &Report) -> Markup {
    let pool = &report.pool;
    let number = |value: u64| html! { (count(value)) };
    card(
        "Pool",
        &[
            ("arenas retained", number(pool.retained_arenas as u64)),
            ("bytes retained", bytes(pool.retained_bytes as u64)),
            ("discarded: too large", number(pool.discarded.too_large)),
            ("discarded: pool full", number(pool.discarded.pool_full)),
            ("discarded: unused", number(pool.discarded.unused)),
            ("discarded: trimmed", number(pool.discarded.trimmed)),
        ],
    )
}

pub(super) fn settings(settings: &Settings) -> Markup {
    let text = |value: String| html! { (value) };
    card(
        "Settings",
        &[
            ("retain at most", bytes(settings.retain_bytes as u64)),
            ("decay after", text(time_or_off(settings.decay))),
            ("maintenance every", text(time_or_off(settings.maintenance))),
            ("warn of scopes open for", text(time_or_off(settings.warn_open))),
            ("measure durations", text(if settings.durations { "on" } else { "off" }.to_owned())),
        ],
    )
}

pub(super) fn allocator(reading: Option<&AllocatorReading>) -> Markup {
    let Some(reading) = reading else {
        return html! { section { h2 { "Allocator" } p.note { "No figures: jemalloc is not the \
        global allocator, or its feature is off." } } };
    };
    let fragmentation =
        reading.fragmentation().map_or_else(|| NONE.to_owned(), |ratio| format!("{ratio:.2}"));
    card(
        "Allocator",
        &[
            ("allocated", bytes(reading.allocated_bytes)),
            ("active", bytes(reading.active_bytes)),
            ("resident", bytes(reading.resident_bytes)),
            ("mapped", bytes(reading.mapped_bytes)),
            ("dirty", bytes(reading.dirty_bytes)),
            ("muzzy", bytes(reading.muzzy_bytes)),
            ("retained", bytes(reading.retained_bytes)),
            ("metadata", bytes(reading.metadata_bytes)),
            ("fragmentation", html! { span title="active / allocated" { (fragmentation) } }),
            (
                "background thread",
                html! { @if reading.background_thread { "on" } @else { span.bad { "off" } } },
            ),
        ],
    )
}

pub(super) fn process(reading: Option<&ProcessReading>) -> Markup {
    let Some(reading) = reading else {
        return html! { section { h2 { "Process" } p.note { "No figures: there is no /proc, or the \
        feature `process` is off." } } };
    };
    card(
        "Process",
        &[
            ("resident (RSS)", bytes(reading.rss_bytes)),
            ("anonymous", bytes(reading.anonymous_bytes)),
            ("file pages", bytes(reading.file_bytes)),
            ("shared memory", bytes(reading.shared_bytes)),
            ("lazily freed", bytes_or_none(reading.lazily_freed_bytes)),
            (
                "swapped out",
                html! { span.bad[reading.swapped_bytes > 0] { (size(reading.swapped_bytes)) } },
            ),
            ("virtual", bytes(reading.virtual_bytes)),
            ("page faults, minor", html! { (count(reading.minor_page_faults)) }),
            ("page faults, major", html! { (count(reading.major_page_faults)) }),
            ("threads", html! { (count(reading.threads)) }),
        ],
    )
}

/// The container. Only memory that the kernel cannot give back is marked near the limit.
pub(super) fn container(reading: Option<&ContainerReading>) -> Markup {
    const CLOSE: f64 = 0.9;
    let Some(reading) = reading else {
        return html! { section { h2 { "Container" } p.note { "No figures: no control group counts \
        the memory of this process, or the feature `process` is off." } } };
    };
    let limit = reading.tightest_kept();
    let is_close = limit.is_some_and(|limit| limit.kept_bytes as f64 >= CLOSE * limit.bytes as f64);
    let number = |figure: Option<u64>| figure.map_or_else(|| NONE.to_owned(), count);
    let waited = reading.pressure.map(|pressure| {
        format!("{:.1} % / {:.1} %", 100.0 * pressure.some_share, 100.0 * pressure.full_share)
    });
    card(
        "Container",
        &[
            ("limit", bytes_or_none(limit.map(|limit| limit.bytes))),
            ("used", bytes(reading.used_bytes)),
            ("working set", bytes(reading.working_set_bytes())),
            ("cannot be given back", bytes(reading.kept_bytes())),
            (
                "left below the limit",
                html! { span.bad[is_close] { (bytes_or_none(reading.kept_headroom_bytes())) } },
            ),
            ("anonymous", bytes(reading.anonymous_bytes)),
            ("page cache", bytes(reading.file_bytes)),
            ("tmpfs and shared", bytes(reading.shared_bytes)),
            ("kernel", bytes_or_none(reading.kernel_bytes)),
            ("sockets", bytes_or_none(reading.socket_bytes)),
            ("swapped out", bytes_or_none(reading.swap_bytes)),
            ("limit reached", html! { (number(reading.limit_hits)) }),
            (
                "processes killed",
                html! {
                    span.bad[reading.oom_kills.is_some_and(|kills| kills > 0)] {
                        (number(reading.oom_kills))
                    }
                },
            ),
            (
                "some / all wait for memory",
                html! {
                    span title="share of the last 10 s" { (waited.as_deref().unwrap_or(NONE)) }
                },
            ),
        ],
    )
}

#[cfg(test)]
mod tests {
    use request_arena_memory::container::Limit;

    use super::*;

    #[test]
    fn a_scope_that_is_open_for_too_long_is_marked() {
        let row = |seconds, warn_open: Option<u64>| {
            let warn_open = warn_open.map(Duration::from_secs);
            live_scope("<upload>", Duration::from_secs(seconds), 2048, warn_open).into_string()
        };
        let late = row(61, Some(60));
        assert!(late.contains("&lt;upload&gt;") && late.contains("2.0 KiB"), "{late}");
        assert!(late.contains("<td class=\"bad\">1m 1s</td>"), "{late}");
        assert!(row(60, Some(60)).contains(">1m</td>") && row(3600, None).contains(">1h</td>"));
        assert!(!row(60, Some(60)).contains("bad") && !row(3600, None).contains("bad"));
    }

    #[test]
    fn what_has_no_figures_says_why() {
        assert!(allocator(None).into_string().contains("jemalloc is not the global allocator"));
        assert!(process(None).into_string().contains("/proc"));
        assert!(container(None).into_string().contains("no control group"));
    }

    #[test]
    fn memory_near_the_limit_is_marked_unless_it_is_page_cache_and_kills_are() {
        let shown = |kept: u64, kills| {
            let mut reading = ContainerReading::default();
            (reading.used_bytes, reading.anonymous_bytes) = (1000 << 10, kept << 10);
            (reading.file_bytes, reading.oom_kills) = ((1000 - kept) << 10, Some(kills));
            let mut limit = Limit::default();
            (limit.bytes, limit.used_bytes, limit.kept_bytes) =
                (1000 << 10, 1000 << 10, kept << 10);
            reading.limits = vec![limit];
            container(Some(&reading)).into_string()
        };
        let cached = shown(100, 0);
        assert!(!cached.contains("bad") && cached.contains(">900 KiB</span>"), "{cached}");
        let full = shown(950, 0);
        assert_eq!(full.matches("<span class=\"bad\"><span").count(), 1, "{full}");
        assert!(full.contains(">50.0 KiB</span>"), "{full}");
        assert!(shown(100, 2).contains("<span class=\"bad\">2</span>"));
        let unlimited = container(Some(&ContainerReading::default())).into_string();
        assert!(unlimited.contains("<dt>limit</dt><dd>–</dd>"), "{unlimited}");
    }

    #[test]
    fn fragmentation_is_active_over_allocated_and_a_thread_that_is_off_is_marked() {
        let mut reading = AllocatorReading::default();
        (reading.allocated_bytes, reading.active_bytes) = (1000, 1500);
        let shown = allocator(Some(&reading)).into_string();
        assert!(
            shown.contains(">1.50</span>") && shown.contains("<span class=\"bad\">off</span>"),
            "{shown}"
        );
        reading.background_thread = true;
        let shown = allocator(Some(&reading)).into_string();
        assert!(shown.contains("<dd>on</dd>"), "{shown}");
    }

    #[test]
    fn swapped_memory_is_marked() {
        let mut swapped = ProcessReading::default();
        swapped.swapped_bytes = 4096;
        assert!(
            process(Some(&swapped)).into_string().contains("<span class=\"bad\">4.0 KiB</span>")
        );
        assert!(!process(Some(&ProcessReading::default())).into_string().contains("bad"));
    }
}
