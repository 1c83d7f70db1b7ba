//! The JSON document. Its shape is independent of the library's structs and changes only here.
//! `schema/arenas.schema.json` describes it.

use core::time::Duration;
use std::borrow::Cow;
use std::time::UNIX_EPOCH;

use request_arena_core::exemplar::{Answers, Exemplar, SpanId, TraceId};
use request_arena_core::heap::LiveHeap;
use request_arena_core::printable::printable;
use request_arena_core::{
    BudgetReport, Bytes, Confidence, Histogram, LimitMode, LiveHeapReport, LiveScope, Nanoseconds,
    Outcomes, PoolReport, Settings, SiteReport,
};
use serde::Serialize;

use super::history::Point;
use super::{View, admission, doctor};
use crate::{AllocatorReading, ContainerReading, ProcessReading};

/// Raised when a field is removed or changes its meaning. New fields do not raise it.
const SCHEMA_VERSION: u32 = 1;

#[derive(Serialize)]
struct Document<'a, Doctor, Gates> {
    schema_version: u32,
    unix_ms: u64,
    process_id: u32,
    bucket_bounds: BucketBounds,
    sites: Vec<Site<'a>>,
    live: Vec<Live>,
    pool: PoolReport,
    budget: BudgetReport,
    /// `null` if the allocator passes no samples on.
    live_heap: Option<LiveHeapReport>,
    /// `null` without a source of traces.
    traces: Option<Answers>,
    settings: SettingsInForce<'a>,
    allocator: Option<&'a AllocatorReading>,
    process: Option<&'a ProcessReading>,
    container: Option<Container<'a>>,
    /// Empty without a gate.
    admission: Gates,
    history: &'a [Point],
    /// `null` if no doctor runs.
    doctor: Option<Doctor>,
}

/// The inclusive upper bounds of the buckets of all histograms. `null` for the last bucket.
#[derive(Serialize)]
struct BucketBounds {
    bytes: [Option<u64>; Bytes::BOUNDS.len()],
    nanoseconds: [Option<u64>; Nanoseconds::BOUNDS.len()],
}

#[derive(Serialize)]
struct Site<'a> {
    name: Cow<'a, str>,
    module_path: Cow<'a, str>,
    file: Cow<'a, str>,
    line: u32,
    limit_bytes: Option<usize>,
    limit_mode: LimitMode,
    soft_limit_bytes: Option<usize>,
    initial_bytes: usize,
    learned_bytes: usize,
    outcomes: Outcomes,
    live_scopes: u64,
    oldest_seconds: Option<f64>,
    in_use_bytes: u64,
    in_use_touched_bytes: u64,
    future_bytes: Option<usize>,
    live_future_bytes: u64,
    resets: u64,
    chunks: u64,
    refusals: u64,
    budget_refusals: u64,
    over_limit: u64,
    abandoned_bytes: u64,
    used_bytes: Figures,
    peak_used_bytes: Figures,
    peak_exactness: request_arena_core::Exactness,
    reserved_bytes: Figures,
    responses: Option<Responses>,
    heap: Option<Heap>,
    live_heap: Option<LiveHeap>,
    duration_ns: Option<Figures>,
    exemplar: Option<Largest>,
    suggestion: Option<Suggested>,
}

/// The trace of a site's largest scope.
#[derive(Serialize)]
struct Largest {
    trace_id: TraceId,
    span_id: Option<SpanId>,
    peak_used_bytes: u64,
    unix_ms: u64,
}

/// The attribute that the figures of a site suggest.
#[derive(Serialize)]
struct Suggested {
    attribute: String,
    limit_bytes: u64,
    initial_bytes: u64,
    requests: u64,
    confidence: Confidence,
}

/// The response buffers of a site.
#[derive(Serialize)]
struct Responses {
    live: u64,
    live_bytes: u64,
    most_live: u64,
    most_live_bytes: u64,
    learned_bytes: usize,
    bytes: Figures,
}

/// A histogram with its most common figures.
#[derive(Serialize)]
pub(super) struct Figures {
    count: u64,
    sum: u64,
    mean: f64,
    p50: u64,
    p99: u64,
    max: u64,
    buckets: [u64; Bytes::BOUNDS.len()],
}

#[derive(Serialize)]
struct Heap {
    bytes: Figures,
    arena_bytes: u64,
    outermost: u64,
    before_bytes: u64,
    after_bytes: u64,
    coverage: Option<f64>,
    is_upper_bound: bool,
}

/// A reading of the container, with the figures that follow from it.
#[derive(Serialize)]
struct Container<'a> {
    #[serde(flatten)]
    reading: &'a ContainerReading,
    working_set_bytes: u64,
    kept_bytes: u64,
    headroom_bytes: Option<u64>,
}

impl<'a> Container<'a> {
    fn of(reading: &'a ContainerReading) -> Self {
        Self {
            reading,
            working_set_bytes: reading.working_set_bytes(),
            kept_bytes: reading.kept_bytes(),
            headroom_bytes: reading.kept_headroom_bytes(),
        }
    }
}

#[derive(Serialize)]
struct Live {
    scope: Cow<'static, str>,
    age_seconds: f64,
    in_use_bytes: u64,
}

#[derive(Serialize)]
struct SettingsInForce<'a> {
    retain_bytes: usize,
    budget_bytes: Option<usize>,
    decay_seconds: Option<f64>,
    maintenance_seconds: Option<f64>,
    warn_open_seconds: Option<f64>,
    durations: bool,
    problems: &'a [String],
}

pub(super) fn document(view: &View) -> Result<String, serde_json::Error> {
    let report = &view.snapshot.report;
    serde_json::to_string(&Document {
        schema_version: SCHEMA_VERSION,
        unix_ms: view.unix_ms,
        process_id: std::process::id(),
        bucket_bounds: BucketBounds { bytes: Bytes::BOUNDS, nanoseconds: Nanoseconds::BOUNDS },
        sites: report.sites.iter().map(Site::of).collect(),
        live: report.live.iter().map(Live::of).collect(),
        pool: report.pool,
        budget: report.budget,
        live_heap: report.live_heap,
        traces: report.traces,
        settings: SettingsInForce::of(&report.settings),
        allocator: view.snapshot.allocator.as_ref(),
        process: view.snapshot.process.as_ref(),
        container: view.snapshot.container.as_ref().map(Container::of),
        admission: admission::document(&view.snapshot),
        history: &view.history,
        doctor: view.doctor.as_ref().map(doctor::document),
    })
}

impl<'a> Site<'a> {
    fn of(site: &'a SiteReport) -> Self {
        Self {
            name: printable(site.name),
            module_path: printable(site.module_path),
            file: printable(site.file),
            line: site.line,
            limit_bytes: site.limit_bytes,
            limit_mode: site.limit_mode,
            soft_limit_bytes: site.soft_limit_bytes,
            initial_bytes: site.initial_bytes,
            learned_bytes: site.learned_bytes,
            outcomes: site.outcomes,
            live_scopes: site.live_scopes,
            oldest_seconds: site.oldest.map(|oldest| oldest.as_secs_f64()),
            in_use_bytes: site.in_use_bytes,
            in_use_touched_bytes: site.in_use_touched_bytes,
            future_bytes: site.future_bytes,
            live_future_bytes: site.live_future_bytes,
            resets: site.resets,
            chunks: site.chunks,
            refusals: site.refusals,
            budget_refusals: site.budget_refusals,
            over_limit: site.over_limit,
            abandoned_bytes: site.abandoned_bytes,
            used_bytes: Figures::of(&site.used),
            peak_used_bytes: Figures::of(&site.peak_used),
            peak_exactness: site.peak_exactness,
            reserved_bytes: Figures::of(&site.reserved),
            responses: site.responses.map(|responses| Responses {
                live: responses.live,
                live_bytes: responses.live_bytes,
                most_live: responses.most_live,
                most_live_bytes: responses.most_live_bytes,
                learned_bytes: responses.learned_bytes,
                bytes: Figures::of(&responses.bytes),
            }),
            heap: site.heap.map(|heap| Heap {
                bytes: Figures::of(&heap.bytes),
                arena_bytes: heap.arena_bytes,
                outermost: heap.outermost,
                before_bytes: heap.before_bytes,
                after_bytes: heap.after_bytes,
                coverage: heap.coverage(),
                is_upper_bound: heap.is_upper_bound(),
            }),
            live_heap: site.live_heap,
            duration_ns: site.duration.as_ref().map(Figures::of),
            exemplar: site.exemplar.as_ref().map(Largest::of),
            suggestion: site.suggestion().map(|suggestion| Suggested {
                attribute: suggestion.attribute(),
                limit_bytes: suggestion.limit_bytes,
                initial_bytes: suggestion.initial_bytes,
                requests: suggestion.requests,
                confidence: suggestion.confidence,
            }),
        }
    }
}

impl Largest {
    fn of(exemplar: &Exemplar) -> Self {
        let since = exemplar.at.duration_since(UNIX_EPOCH).unwrap_or_default();
        Self {
            trace_id: exemplar.trace.trace_id,
            span_id: exemplar.trace.span_id,
            peak_used_bytes: exemplar.peak_used,
            unix_ms: u64::try_from(since.as_millis()).unwrap_or(u64::MAX),
        }
    }
}

impl Figures {
    pub(super) fn of<const FIRST: u32>(histogram: &Histogram<FIRST>) -> Self {
        Self {
            count: histogram.count(),
            sum: histogram.sum,
            mean: histogram.mean(),
            p50: histogram.quantile(0.5),
            p99: histogram.quantile(0.99),
            max: histogram.max,
            buckets: histogram.buckets,
        }
    }
}

impl Live {
    fn of(scope: &LiveScope) -> Self {
        Self {
            scope: printable(scope.scope),
            age_seconds: scope.age.as_secs_f64(),
            in_use_bytes: scope.in_use_bytes,
        }
    }
}

impl<'a> SettingsInForce<'a> {
    fn of(settings: &'a Settings) -> Self {
        let seconds = |duration: Option<Duration>| duration.map(|duration| duration.as_secs_f64());
        Self {
            retain_bytes: settings.retain_bytes,
            budget_bytes: settings.budget,
            decay_seconds: seconds(settings.decay),
            maintenance_seconds: seconds(settings.maintenance),
            warn_open_seconds: seconds(settings.warn_open),
            durations: settings.durations,
            problems: &settings.problems,
        }
    }
}

#[cfg(all(test, feature = "doctor"))]
mod tests {
    use request_arena_memory::container::{Limit, Pressure};
    use serde_json::{Value, json};

    use super::*;
    use crate::doctor::{Confidence, Mode};

    /// The fields that the schema has for this definition, and those of a value.
    fn fields(definition: &str, value: &Value) -> (Vec<String>, Vec<String>) {
        let schema: Value =
            serde_json::from_str(include_str!("../../schema/arenas.schema.json")).unwrap();
        let names = |object: &Value| {
            let mut names: Vec<String> = object.as_object().unwrap().keys().cloned().collect();
            names.sort();
            names
        };
        (names(&schema["$defs"][definition]["properties"]), names(value))
    }

    #[test]
    fn the_schema_has_each_field_of_a_container_with_limits_and_pressure() {
        // The container of the machine that runs the tests may have neither.
        let mut reading = ContainerReading::default();
        (reading.limits, reading.pressure) = (vec![Limit::default()], Some(Pressure::default()));
        let container = serde_json::to_value(Container::of(&reading)).unwrap();
        for (definition, value) in [
            ("container", &container),
            ("container_limit", &container["limits"][0]),
            ("pressure", &container["pressure"]),
        ] {
            let (schema, is) = fields(definition, value);
            assert_eq!(schema, is, "{definition}");
        }
        let judged = serde_json::to_value(crate::doctor::ContainerMemory::default()).unwrap();
        let (schema, is) = fields("container_judged", &judged);
        assert_eq!(schema, is);
    }

    #[test]
    fn the_schema_lists_the_modes_and_words_of_the_doctor() {
        let schema: Value =
            serde_json::from_str(include_str!("../../schema/arenas.schema.json")).unwrap();
        let of = |field: &str| &schema["$defs"]["finding"]["properties"][field]["enum"];
        assert_eq!(*of("mode"), json!(Mode::ALL));
        assert_eq!(*of("confidence"), json!(Confidence::ALL));
    }
}
