//! The families that have one sample, or one for each outcome, of every annotated function.

use std::time::Instant;

use request_arena_core::{
    Bytes, Exactness, HeapReport, LimitMode, LiveHeapReport, Nanoseconds, Outcome, Report,
    SiteReport,
};

use super::added::{OTHER, by_labels, sum};
use super::own::Split;
use super::{Detail, Distribution, Family, Options, Sample, Unit, Value, counter, gauge};

/// The label `limit` of allocations that the budget of the service refused.
const BUDGET: &str = "budget";

pub(super) fn families(report: &Report, options: &Options) -> Vec<Family> {
    let has_budget = report.budget.limit_bytes.is_some();
    let live_heap = report.live_heap.as_ref();
    families_at(&report.sites, has_budget, live_heap, options, Instant::now())
}

/// `has_budget` says whether there are series of allocations that the budget refused. `live_heap`
/// is the live heap memory beside that of the handlers.
pub(super) fn families_at(
    sites: &[SiteReport],
    has_budget: bool,
    live_heap: Option<&LiveHeapReport>,
    options: &Options,
    now: Instant,
) -> Vec<Family> {
    let Rows { sites, refusals, others } = Rows::of(sites, has_budget, options, now);
    let sites = &sites[..];
    let histogram = |name, unit, help, value: &dyn Fn(&SiteReport, Detail) -> Option<Value>| {
        let detail = options.detail(name);
        super::histogram(name, unit, help, each(sites, |site| value(site, detail)))
    };
    let mut families = vec![
        gauge(
            "request_arena_other_handlers",
            None,
            "Handlers that are added up under the label scope=\"other\".",
            vec![Sample::new(Value::Whole(others))],
        ),
        counter(
            "request_arena_scopes_total",
            None,
            "Scopes that have ended, by outcome.",
            sites.iter().flat_map(by_outcome).collect(),
        ),
        gauge(
            "request_arena_live_scopes",
            None,
            "Scopes that are open.",
            whole(sites, |site| Some(site.live_scopes)),
        ),
        gauge(
            "request_arena_oldest_scope_seconds",
            Some(Unit::Seconds),
            "Age of the oldest open scope, at least; absent if no scope is open.",
            each(sites, |site| site.oldest.map(|age| Value::Real(age.as_secs_f64()))),
        ),
        gauge(
            "request_arena_in_use_bytes",
            Some(Unit::Bytes),
            "Bytes of chunks that open scopes hold, with their forks and child scopes.",
            whole(sites, |site| Some(site.in_use_bytes)),
        ),
        gauge(
            "request_arena_future_bytes",
            Some(Unit::Bytes),
            "Bytes of the future that runs an async function; absent for other functions.",
            whole(sites, |site| site.future_bytes.map(|bytes| bytes as u64)),
        ),
        gauge(
            "request_arena_live_future_bytes",
            Some(Unit::Bytes),
            "Bytes of the futures of open scopes, beside their arenas; absent for functions that \
             are not async.",
            whole(sites, |site| site.future_bytes.map(|_| site.live_future_bytes)),
        ),
        histogram(
            "request_arena_peak_used_bytes",
            Unit::Bytes,
            "Most bytes in use at any moment of a scope, in its arena, forks and child scopes.",
            &|site, detail| Some(peaks(site, detail)),
        ),
        gauge(
            "request_arena_peak_used_max_bytes",
            Some(Unit::Bytes),
            "The largest peak of all scopes since the start of the process.",
            whole(sites, |site| Some(site.peak_used.max)),
        ),
        gauge(
            "request_arena_peak_used_exactness",
            None,
            "1 for the exactness of the peaks: exact, a bound (at_most, at_least), or an estimate.",
            sites
                .iter()
                .map(|site| of(site, Value::Whole(1)).with("exactness", exactness(site)))
                .collect(),
        ),
        histogram(
            "request_arena_used_bytes",
            Unit::Bytes,
            "Bytes in use when a scope ended, in its arena and forks.",
            &|site, detail| Some(bytes(&site.used, detail)),
        ),
        histogram(
            "request_arena_reserved_bytes",
            Unit::Bytes,
            "Most bytes of chunks that a scope held.",
            &|site, detail| Some(bytes(&site.reserved, detail)),
        ),
        counter(
            "request_arena_chunks_total",
            None,
            "Chunks that scopes allocated from the global allocator.",
            whole(sites, |site| Some(site.chunks)),
        ),
        counter(
            "request_arena_resets_total",
            None,
            "Arenas that were reset and given back, one for each ended scope.",
            whole(sites, |site| Some(site.resets)),
        ),
        counter(
            "request_arena_abandoned_bytes_total",
            Some(Unit::Bytes),
            "Bytes that growing collections left unused in an arena until the end of the scope.",
            whole(sites, |site| Some(site.abandoned_bytes)),
        ),
        counter(
            "request_arena_refusals_total",
            None,
            "Allocations refused: by the limit in bytes, the budget, or (none) the allocator.",
            refusals,
        ),
        counter(
            "request_arena_over_limit_total",
            None,
            "Scopes and response buffers that a limit would have refused that is only measured.",
            sites.iter().filter(|site| is_measured(site)).map(over_limit).collect(),
        ),
        gauge(
            "request_arena_limit_bytes",
            Some(Unit::Bytes),
            "The most bytes of chunks that one scope may take; absent without a limit.",
            whole(sites, |site| site.limit_bytes.map(|limit| limit as u64)),
        ),
        gauge(
            "request_arena_soft_limit_bytes",
            Some(Unit::Bytes),
            "Peak in bytes above which a scope is logged; absent without a soft limit.",
            whole(sites, |site| site.soft_limit_bytes.map(|limit| limit as u64)),
        ),
        gauge(
            "request_arena_learned_bytes",
            Some(Unit::Bytes),
            "Size of a scope's first chunk, learned from recent peaks; absent before it is \
             learned.",
            whole(sites, |site| (site.learned_bytes > 0).then_some(site.learned_bytes as u64)),
        ),
        histogram(
            "request_arena_response_bytes",
            Unit::Bytes,
            "Bytes of a response that went through a buffer of the pool; absent without one.",
            &|site, detail| site.responses.map(|responses| bytes(&responses.bytes, detail)),
        ),
        gauge(
            "request_arena_live_responses",
            None,
            "Response buffers that exist: handlers fill them, or clients still read them.",
            whole(sites, |site| site.responses.map(|responses| responses.live)),
        ),
        gauge(
            "request_arena_live_response_bytes",
            Some(Unit::Bytes),
            "Bytes of the chunks of these response buffers.",
            whole(sites, |site| site.responses.map(|responses| responses.live_bytes)),
        ),
        gauge(
            "request_arena_live_responses_max",
            None,
            "The most response buffers that a reading found since the start of the process.",
            whole(sites, |site| site.responses.map(|responses| responses.most_live)),
        ),
        gauge(
            "request_arena_live_response_max_bytes",
            Some(Unit::Bytes),
            "The most bytes of response buffers that a reading found since the start of the \
             process.",
            whole(sites, |site| site.responses.map(|responses| responses.most_live_bytes)),
        ),
        histogram(
            "request_arena_heap_bytes",
            Unit::Bytes,
            "Bytes that a scope's code allocated from the heap, outside its arena.",
            &|site, detail| site.heap.map(|heap| bytes(&heap.bytes, detail)),
        ),
        counter(
            "request_arena_covered_bytes_total",
            Some(Unit::Bytes),
            "Sum of the peaks, without abandoned bytes, of the scopes with known heap bytes.",
            whole(sites, |site| site.heap.map(|heap| heap.arena_bytes)),
        ),
        counter(
            "request_arena_heap_before_bytes_total",
            Some(Unit::Bytes),
            "Bytes that requests allocated from the heap before their scopes; absent without the \
             layer.",
            whole(sites, |site| seen_around(site).map(|heap| heap.before_bytes)),
        ),
        counter(
            "request_arena_heap_after_bytes_total",
            Some(Unit::Bytes),
            "Bytes that requests allocated from the heap after their scopes; absent without the \
             layer.",
            whole(sites, |site| seen_around(site).map(|heap| heap.after_bytes)),
        ),
        counter(
            "request_arena_heap_around_scopes_total",
            None,
            "Scopes with the heap before and after counted; if these are not all, coverage is an \
             upper bound.",
            whole(sites, |site| site.heap.map(|heap| heap.outermost)),
        ),
        gauge(
            "request_arena_coverage_ratio",
            Some(Unit::Ratio),
            "The arena's share of all memory of requests since the start of the process: arena / \
             (arena + heap).",
            each(sites, |site| site.heap.and_then(|heap| heap.coverage()).map(Value::Real)),
        ),
        histogram(
            "request_arena_scope_duration_seconds",
            Unit::Seconds,
            "Time that scopes were open, if durations are measured.",
            &|site, detail| site.duration.as_ref().map(|duration| seconds(duration, detail)),
        ),
    ];
    families.extend(super::live_heap::families(sites, live_heap));
    families
}

/// One report for each pair of labels.
struct Rows {
    sites: Vec<SiteReport>,
    refusals: Vec<Sample>,
    /// The number of handlers in [`OTHER`], which is the last row if it has counts.
    others: u64,
}

impl Rows {
    fn of(sites: &[SiteReport], has_budget: bool, options: &Options, now: Instant) -> Self {
        let Split { own: mut sites, rest, others } = options.split(by_labels(sites), now);
        let refused = |site: &SiteReport, limit: String| {
            of(site, Value::Whole(site.refusals)).with("limit", limit)
        };
        let mut refusals: Vec<_> = sites.iter().map(|site| refused(site, limit(site))).collect();
        let (limited, unlimited): (Vec<_>, Vec<_>) =
            rest.into_iter().partition(|site| site.limit_bytes.is_some());
        // An alert distinguishes refusals by a limit from those by the allocator.
        let sums = [(limited, OTHER), (unlimited, "none")].map(|(sites, limit)| {
            let sum = sum(sites)?;
            refusals.push(refused(&sum, limit.to_owned()));
            Some(sum)
        });
        sites.extend(sum(sums.into_iter().flatten()));
        // A series that begins with its first refusal has no increase, so it begins with the
        // budget.
        let by_budget = sites.iter().filter(|site| has_budget || site.budget_refusals > 0);
        refusals.extend(
            by_budget
                .map(|site| of(site, Value::Whole(site.budget_refusals)).with("limit", BUDGET)),
        );
        Self { sites, refusals, others }
    }
}

/// What the site's scopes took from the heap, if anything was counted around them.
fn seen_around(site: &SiteReport) -> Option<HeapReport> {
    site.heap.filter(|heap| heap.outermost > 0)
}

/// A sample of this site.
fn of(site: &SiteReport, value: Value) -> Sample {
    Sample::new(value).with("scope", site.name).with("module", site.module_path)
}

fn each(sites: &[SiteReport], value: impl Fn(&SiteReport) -> Option<Value>) -> Vec<Sample> {
    sites.iter().filter_map(|site| Some(of(site, value(site)?))).collect()
}

fn whole(sites: &[SiteReport], value: impl Fn(&SiteReport) -> Option<u64>) -> Vec<Sample> {
    each(sites, |site| value(site).map(Value::Whole))
}

fn by_outcome(site: &SiteReport) -> impl Iterator<Item = Sample> {
    let count = |outcome| of(site, Value::Whole(site.outcomes.of(outcome)));
    Outcome::ALL.into_iter().map(move |outcome| count(outcome).with("outcome", outcome.as_str()))
}

fn bytes(histogram: &Bytes, detail: Detail) -> Value {
    Value::Distribution(Distribution::of_bytes(histogram, detail))
}

fn peaks(site: &SiteReport, detail: Detail) -> Value {
    let peaks = Distribution::of_bytes(&site.peak_used, detail);
    Value::Distribution(peaks.with_exemplar(site.exemplar))
}

fn seconds(histogram: &Nanoseconds, detail: Detail) -> Value {
    Value::Distribution(Distribution::of_seconds(histogram, detail))
}

/// Whether a limit of the handler is only measured.
fn is_measured(site: &SiteReport) -> bool {
    site.limit_mode == LimitMode::Measure
}

fn over_limit(site: &SiteReport) -> Sample {
    of(site, Value::Whole(site.over_limit))
}

fn limit(site: &SiteReport) -> String {
    site.limit_bytes.map_or_else(|| "none".to_owned(), |limit| limit.to_string())
}

fn exactness(site: &SiteReport) -> &'static str {
    match site.peak_exactness {
        Exactness::Exact => "exact",
        Exactness::AtMost => "at_most",
        Exactness::AtLeast => "at_least",
        _ => "estimate",
    }
}
