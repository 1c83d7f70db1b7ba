//! The columns of the table of handlers. Everything about a column is in one place: its name,
//! heading, tooltip, sort value and cell.

use maud::{Markup, html};
use request_arena_chart::human::{NONE, bytes, bytes_or_none, count, nanoseconds, time};
use request_arena_core::printable::printable;
use request_arena_core::{LimitMode, SiteReport};

use super::bars::bars;
use super::cells::{around, coverage, covered, ended, name, signed, trace};
use super::order::Order;

/// The value by which a column is sorted.
#[derive(Debug)]
pub(super) enum Value {
    Text(&'static str),
    /// `None` if the handler has no such figure.
    Number(Option<f64>),
}

/// One column.
#[derive(Debug)]
pub(super) struct Column {
    /// Its name in `?sort=`.
    pub(super) key: &'static str,
    /// The heading above it, which neighbouring columns of the same group share.
    pub(super) group: &'static str,
    pub(super) heading: &'static str,
    /// The tooltip of the heading.
    pub(super) about: &'static str,
    /// The order of the first click.
    pub(super) first: Order,
    pub(super) value: fn(&SiteReport) -> Value,
    pub(super) cell: fn(&SiteReport) -> Markup,
}

impl Column {
    pub(super) fn find(key: &str) -> Option<&'static Self> {
        COLUMNS.iter().find(|column| column.key == key)
    }

    /// The columns of a table of these handlers. Durations are shown only if they are measured, and
    /// futures and traces only if there are any.
    pub(super) fn shown(sites: &[SiteReport]) -> Vec<&'static Self> {
        let are_measured = sites.iter().any(|site| site.duration.is_some());
        let are_async = sites.iter().any(|site| site.future_bytes.is_some());
        let are_traced = sites.iter().any(|site| site.exemplar.is_some());
        let is_shown = |column: &&Column| match column.key.split('_').next() {
            Some("duration") => are_measured,
            Some("future") => are_async,
            Some("trace") => are_traced,
            _ => true,
        };
        COLUMNS.iter().filter(is_shown).collect()
    }
}

/// A number of a report as a sort value.
trait Number {
    fn number(self) -> Option<f64>;
}

impl Number for f64 {
    fn number(self) -> Option<f64> {
        Some(self)
    }
}

impl Number for u64 {
    fn number(self) -> Option<f64> {
        Some(self as f64)
    }
}

impl Number for usize {
    fn number(self) -> Option<f64> {
        Some(self as f64)
    }
}

impl<T: Number> Number for Option<T> {
    fn number(self) -> Option<f64> {
        self.and_then(T::number)
    }
}

/// A column of numbers.
macro_rules! column {
    ($key:literal, $group:literal, $heading:literal, $about:literal,
        |$site:ident| $value:expr, $cell:expr) => {
        Column {
            key: $key,
            group: $group,
            heading: $heading,
            about: $about,
            first: Order::Descending,
            value: |$site| Value::Number($value.number()),
            cell: |$site| $cell,
        }
    };
}

/// The time, or a dash.
fn nanoseconds_or_none(nanos: Option<u64>) -> Markup {
    html! { (nanos.map_or_else(|| NONE.to_owned(), nanoseconds)) }
}

/// All columns, from left to right.
pub(super) static COLUMNS: &[Column] = &[
    Column {
        key: "scope",
        group: "",
        heading: "scope",
        about: "The annotated function, its module and source line",
        first: Order::Ascending,
        value: |site| Value::Text(site.name),
        cell: name,
    },
    column!(
        "ended",
        "scopes",
        "ended",
        "Scopes that have ended, by outcome",
        |site| site.outcomes.total(),
        ended(site)
    ),
    column!(
        "live",
        "scopes",
        "live",
        "Scopes that are open",
        |site| site.live_scopes,
        html! { (count(site.live_scopes)) }
    ),
    column!(
        "oldest",
        "scopes",
        "oldest",
        "Age of the oldest open scope",
        |site| site.oldest.map(|oldest| oldest.as_secs_f64()),
        html! { (site.oldest.map_or_else(|| NONE.to_owned(), time)) }
    ),
    column!(
        "in_use",
        "scopes",
        "in use",
        "Bytes of chunks that open scopes hold now",
        |site| site.in_use_bytes,
        bytes(site.in_use_bytes)
    ),
    column!(
        "future_bytes",
        "future",
        "size",
        "Bytes of the future that runs the function, with all that it holds across an await",
        |site| site.future_bytes,
        bytes_or_none(site.future_bytes.map(|bytes| bytes as u64))
    ),
    column!(
        "future_live",
        "future",
        "hold",
        "Bytes of the futures of open scopes, beside their arenas",
        |site| site.future_bytes.map(|_| site.live_future_bytes),
        bytes_or_none(site.future_bytes.map(|_| site.live_future_bytes))
    ),
    column!(
        "used_mean",
        "used at end",
        "mean",
        "Bytes in use when a scope ended",
        |site| site.used.mean(),
        bytes(site.used.mean() as u64)
    ),
    column!(
        "used_max",
        "used at end",
        "max",
        "Most bytes in use when a scope ended",
        |site| site.used.max,
        bytes(site.used.max)
    ),
    column!(
        "peak_mean",
        "peak used",
        "mean",
        "Most bytes in use at any moment of a scope",
        |site| site.peak_used.mean(),
        signed(site, site.peak_used.mean() as u64)
    ),
    column!(
        "peak_p50",
        "peak used",
        "spread",
        "Peaks by power of two, 128 B to 1 GiB; sorted by the median",
        |site| site.peak_used.quantile(0.5),
        bars(&printable(site.name), &site.peak_used)
    ),
    column!(
        "peak_p99",
        "peak used",
        "p99",
        "99 of 100 scopes peaked at this or less, to the next power of two",
        |site| site.peak_used.quantile(0.99),
        signed(site, site.peak_used.quantile(0.99))
    ),
    column!(
        "peak_max",
        "peak used",
        "max",
        "The highest peak of all",
        |site| site.peak_used.max,
        signed(site, site.peak_used.max)
    ),
    column!(
        "trace_peak",
        "peak used",
        "trace",
        "The largest scope of the last one to two minutes that has a trace, and its trace",
        |site| site.exemplar.map(|exemplar| exemplar.peak_used),
        trace(site)
    ),
    column!(
        "reserved_max",
        "chunks",
        "reserved",
        "Most bytes of chunks that a scope held",
        |site| site.reserved.max,
        bytes(site.reserved.max)
    ),
    column!(
        "learned",
        "chunks",
        "first",
        "The first chunk that a scope gets now, learned from recent peaks",
        |site| (site.learned_bytes > 0).then_some(site.learned_bytes),
        bytes_or_none((site.learned_bytes > 0).then_some(site.learned_bytes as u64))
    ),
    column!(
        "limit",
        "chunks",
        "limit",
        "The most bytes of chunks for one scope",
        |site| site.limit_bytes,
        bytes_or_none(site.limit_bytes.map(|limit| limit as u64))
    ),
    column!(
        "chunks",
        "chunks",
        "asked",
        "Chunks that were allocated from the global allocator",
        |site| site.chunks,
        html! { (count(site.chunks)) }
    ),
    column!(
        "refusals",
        "lost",
        "refused",
        "Allocations refused by the limit, or by the global allocator",
        |site| site.refusals,
        html! { span.bad[site.refusals > 0] { (count(site.refusals)) } }
    ),
    column!(
        "budget_refusals",
        "lost",
        "by budget",
        "Allocations refused by the budget of the service",
        |site| site.budget_refusals,
        html! { span.bad[site.budget_refusals > 0] { (count(site.budget_refusals)) } }
    ),
    column!(
        "over_limit",
        "lost",
        "over limit",
        "Scopes that the limit would have refused, if it is only measured",
        |site| (site.limit_mode == LimitMode::Measure).then_some(site.over_limit),
        html! {
            @if site.limit_mode == LimitMode::Measure {
                span.bad[site.over_limit > 0] { (count(site.over_limit)) }
            } @else { (NONE) }
        }
    ),
    column!(
        "abandoned",
        "lost",
        "abandoned",
        "Bytes that growing collections left unused in an arena",
        |site| site.abandoned_bytes,
        bytes(site.abandoned_bytes)
    ),
    column!(
        "response_mean",
        "responses",
        "mean",
        "Mean of the bytes of responses that went through a buffer of the pool",
        |site| site.responses.map(|responses| responses.bytes.mean()),
        bytes_or_none(site.responses.map(|responses| responses.bytes.mean() as u64))
    ),
    column!(
        "response_live",
        "responses",
        "live",
        "Response buffers that exist: handlers fill them, or clients still read them",
        |site| site.responses.map(|responses| responses.live),
        html! {
            (site.responses.map_or_else(|| NONE.to_owned(), |responses| count(responses.live)))
        }
    ),
    column!(
        "response_live_bytes",
        "responses",
        "hold",
        "Bytes of the chunks of these response buffers",
        |site| site.responses.map(|responses| responses.live_bytes),
        bytes_or_none(site.responses.map(|responses| responses.live_bytes))
    ),
    column!(
        "heap_mean",
        "outside",
        "heap",
        "Mean of the bytes that a scope allocated outside its arena",
        |site| site.heap.map(|heap| heap.bytes.mean()),
        bytes_or_none(site.heap.map(|heap| heap.bytes.mean() as u64))
    ),
    column!(
        "heap_before",
        "outside",
        "before",
        "Mean of the bytes that a request allocated before its scope, as in extractors. Counted by \
         telemetry::layer()",
        |site| around(site, |heap| heap.before_bytes),
        bytes_or_none(around(site, |heap| heap.before_bytes).map(|mean| mean as u64))
    ),
    column!(
        "heap_after",
        "outside",
        "after",
        "Mean of the bytes that a request allocated after its scope, as for the response. Counted \
         by telemetry::layer()",
        |site| around(site, |heap| heap.after_bytes),
        bytes_or_none(around(site, |heap| heap.after_bytes).map(|mean| mean as u64))
    ),
    column!(
        "coverage",
        "outside",
        "covered",
        "The arena's share of the memory of its requests. An upper bound if the heap around scopes \
         is not counted",
        |site| coverage(site),
        covered(site)
    ),
    column!(
        "duration_mean",
        "open for",
        "mean",
        "Time that a scope was open",
        |site| site.duration.map(|duration| duration.mean()),
        nanoseconds_or_none(site.duration.map(|duration| duration.mean() as u64))
    ),
    column!(
        "duration_p99",
        "open for",
        "p99",
        "99 of 100 scopes were open for this or less, to the next power of two",
        |site| site.duration.map(|duration| duration.quantile(0.99)),
        nanoseconds_or_none(site.duration.map(|duration| duration.quantile(0.99)))
    ),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::debug_page::tests::sites;

    #[test]
    fn column_names_are_distinct_and_need_no_escape_in_a_link() {
        for (index, column) in COLUMNS.iter().enumerate() {
            assert!(
                column
                    .key
                    .bytes()
                    .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
            );
            assert!(COLUMNS[..index].iter().all(|other| other.key != column.key), "{}", column.key);
        }
    }

    #[test]
    fn durations_are_shown_if_any_site_has_them() {
        let mut sites = sites();
        let has_durations = |sites: &[SiteReport]| {
            Column::shown(sites).iter().any(|column| column.group == "open for")
        };
        sites.iter_mut().for_each(|site| site.duration = None);
        assert!(!has_durations(&sites));
        sites[0].duration = Some(request_arena_core::Nanoseconds::default());
        assert!(has_durations(&sites));
    }

    #[test]
    fn futures_are_shown_if_any_function_is_async() {
        let mut sites = sites();
        let future_cells = |sites: &[SiteReport]| -> Vec<String> {
            let columns = Column::shown(sites);
            let of_futures = columns.iter().filter(|column| column.group == "future");
            of_futures.map(|column| (column.cell)(&sites[0]).into_string()).collect()
        };
        assert_eq!(future_cells(&sites), [""; 0]);
        sites[1].future_bytes = Some(100);
        assert_eq!(future_cells(&sites), [NONE; 2], "the first is not async");
        (sites[0].future_bytes, sites[0].live_future_bytes) = (Some(2048), 6144);
        let cells = future_cells(&sites);
        assert!(cells[0].contains("2.0 KiB") && cells[1].contains("6.0 KiB"), "{cells:?}");
    }

    #[test]
    fn coverage_is_a_percentage_and_a_dash_if_nobody_could_tell() {
        let mut site = sites().remove(0);
        let cell = Column::find("coverage").expect("a column").cell;
        site.heap = None;
        assert_eq!(cell(&site).into_string(), NONE);
        let mut heap = request_arena_core::HeapReport::default();
        heap.bytes.record(250);
        heap.arena_bytes = 750;
        heap.outermost = 1;
        site.heap = Some(heap);
        assert_eq!(cell(&site).into_string(), "75 %");
        heap.outermost = 0;
        site.heap = Some(heap);
        let bound = cell(&site).into_string();
        assert!(bound.contains(">≤</abbr>") && bound.ends_with("75 %"), "{bound}");
    }

    #[test]
    fn heap_around_scopes_is_a_mean_of_those_around_which_it_was_seen() {
        let mut site = sites().remove(0);
        let mut heap = request_arena_core::HeapReport::default();
        (heap.outermost, heap.before_bytes, heap.after_bytes) = (2, 4096, 0);
        site.heap = Some(heap);
        let shown = |key: &str| (Column::find(key).expect("a column").cell)(&site).into_string();
        assert!(shown("heap_before").contains("2.0 KiB") && shown("heap_after").contains('0'));
        heap.outermost = 0;
        site.heap = Some(heap);
        assert_eq!(
            (Column::find("heap_before").expect("a column").cell)(&site).into_string(),
            NONE
        );
    }
}
