//! Observable instruments of OpenTelemetry, one module for each version of its API.
//!
//! The versions have the same interface, but not the same types. So each module has the same code
//! with another package. What does not depend on the version is here.

use std::borrow::Cow;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError, Weak};

use crate::Snapshot;
use crate::catalog::{self, Family, Options, Unit, Value};

/// Keeps the instruments alive. Once it is dropped they observe nothing.
#[must_use = "the instruments observe nothing once this is dropped"]
pub struct Instruments {
    collection: Arc<Collection>,
}

impl fmt::Debug for Instruments {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Instruments")
            .field("len", &lock(&self.collection.state).served.len())
            .finish()
    }
}

impl Instruments {
    /// With the families to build instruments for, without their figures.
    fn new() -> (Self, Vec<Family>) {
        let options = catalog::options();
        let families = read(&options);
        let described = families.iter().map(described).collect();
        // All count as served, so that the first collection reads.
        let state = State { served: vec![true; families.len()], families: Arc::new(families) };
        let collection = Arc::new(Collection { options, state: Mutex::new(state) });
        (Self { collection }, described)
    }

    fn collection(&self) -> Weak<Collection> {
        Arc::downgrade(&self.collection)
    }
}

/// The figures of one collection of the meter provider. The provider calls each instrument once in
/// a collection. An instrument that is called again starts the next collection.
struct Collection {
    options: Arc<Options>,
    state: Mutex<State>,
}

struct State {
    families: Arc<Vec<Family>>,
    served: Vec<bool>,
}

impl Collection {
    /// The figures for the instrument `index`, which all instruments of this collection share.
    fn families(&self, index: usize) -> Arc<Vec<Family>> {
        let mut state = lock(&self.state);
        if state.served[index] {
            state.families = Arc::new(read(&self.options));
            state.served.fill(false);
        }
        state.served[index] = true;
        Arc::clone(&state.families)
    }
}

fn lock(state: &Mutex<State>) -> std::sync::MutexGuard<'_, State> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

/// All families, with histograms as counters. With the same options, families and order never
/// change.
fn read(options: &Options) -> Vec<Family> {
    catalog::families_with(&Snapshot::take(), options).into_iter().flat_map(Family::flat).collect()
}

/// The family without its figures.
fn described(family: &Family) -> Family {
    Family { samples: Vec::new(), ..family.clone() }
}

/// A figure with a name of the semantic conventions, as of their version 1.45.
struct Convention {
    /// The family's name.
    family: &'static str,
    /// The instrument's name and unit.
    name: &'static str,
    unit: &'static str,
    /// The family's label, and the attribute instead of it.
    attribute: Option<(&'static str, &'static str)>,
}

const CONVENTIONS: [Convention; 7] = [
    Convention {
        family: "request_arena_process_resident_bytes",
        name: "process.memory.usage",
        unit: "By",
        attribute: None,
    },
    Convention {
        family: "request_arena_process_virtual_bytes",
        name: "process.memory.virtual",
        unit: "By",
        attribute: None,
    },
    Convention {
        family: "request_arena_process_threads",
        name: "process.thread.count",
        unit: "{thread}",
        attribute: None,
    },
    Convention {
        family: "request_arena_container_used_bytes",
        name: "container.memory.usage",
        unit: "By",
        attribute: None,
    },
    Convention {
        family: "request_arena_container_working_set_bytes",
        name: "container.memory.working_set",
        unit: "By",
        attribute: None,
    },
    Convention {
        family: "request_arena_container_anonymous_bytes",
        name: "container.memory.rss",
        unit: "By",
        attribute: None,
    },
    Convention {
        family: "request_arena_process_page_faults_total",
        name: "process.paging.faults",
        unit: "{fault}",
        attribute: Some(("kind", "system.paging.fault.type")),
    },
];

impl Convention {
    fn of(family: &Family) -> Option<&'static Self> {
        CONVENTIONS.iter().find(|convention| convention.family == family.name)
    }
}

/// The value and the attributes of each figure.
fn observed<'a, T: 'static>(
    family: &'a Family,
    value: fn(&Value) -> Option<T>,
) -> impl Iterator<Item = (T, impl Iterator<Item = (&'static str, Cow<'static, str>)> + 'a)> + 'a {
    let renamed = Convention::of(family).and_then(|convention| convention.attribute);
    let name = move |label| match renamed {
        Some((known, attribute)) if known == label => attribute,
        _ => label,
    };
    family.samples.iter().filter_map(move |sample| {
        let attributes = sample.labels.iter();
        let attributes = attributes.map(move |(label, value)| (name(*label), value.clone()));
        Some((value(&sample.value)?, attributes))
    })
}

fn whole(value: &Value) -> Option<u64> {
    match value {
        Value::Whole(value) => Some(*value),
        Value::Real(_) | Value::Distribution(_) => None,
    }
}

fn signed(value: &Value) -> Option<i64> {
    whole(value).and_then(|value| value.try_into().ok())
}

fn real_value(value: &Value) -> Option<f64> {
    value.as_f64()
}

/// The unit in UCUM, as OpenTelemetry requires. A count has an annotation: exporters to Prometheus
/// add `_ratio` to the name of a gauge with the unit `1`.
fn unit(family: &Family) -> &'static str {
    match family.unit {
        Some(Unit::Bytes) => "By",
        Some(Unit::BytesPerSecond) => "By/s",
        Some(Unit::Seconds) => "s",
        Some(Unit::Ratio) => "1",
        None => "{count}",
    }
}

macro_rules! versions {
    ($($feature:literal $module:ident $version:literal;)+) => {$(
        /// The figures as observable instruments of `opentelemetry`
        #[doc = concat!($version, ".")]
        /// They are read when the service's meter provider collects.
        ///
        /// ```
        #[doc = concat!("# use ", stringify!($module), " as opentelemetry;")]
        /// use opentelemetry::global;
        ///
        #[doc = concat!("use request_arena_telemetry::", stringify!($module), "::register;")]
        ///
        /// let instruments = register(&global::meter("request_arena"));
        /// // Keep `instruments` as long as the service runs.
        /// # drop(instruments);
        /// ```
        ///
        /// # Histograms are counters here
        ///
        /// OpenTelemetry's histograms take values one by one, and its API has no observable
        /// histogram. request-arena counts values into buckets when scopes end. The SDK (as of
        /// `opentelemetry_sdk` 0.33) has no interface for finished buckets either: there is no
        /// `MetricProducer`, and a `HistogramDataPoint` has no public constructor. So a histogram
        /// becomes three counters, as in Prometheus: `NAME_bucket` with the attribute `le`,
        /// `NAME_sum` and `NAME_count`. A backend with PromQL computes quantiles from them with
        /// `histogram_quantile`.
        ///
        /// # Names
        ///
        /// Seven figures have names of OpenTelemetry's [semantic conventions]: of the process,
        /// `process.memory.usage`, `process.memory.virtual`, `process.thread.count`, and
        /// `process.paging.faults` with the attribute `system.paging.fault.type`; of its container,
        /// `container.memory.usage`, `container.memory.working_set` and `container.memory.rss`. The
        /// last one is anonymous memory, as cAdvisor counts it. Panels and rules for Prometheus do
        /// not know these names.
        ///
        /// Other names are those of [`crate::catalog`], with units. OpenTelemetry's Collector and
        /// Prometheus' own receiver do not add a suffix that a name already has. The package
        /// `opentelemetry-prometheus` does, so build its exporter with `without_units()` and
        /// `without_counter_suffixes()`.
        ///
        /// [semantic conventions]:
        /// https://opentelemetry.io/docs/specs/semconv/system/process-metrics/
        ///
        /// The SDK keeps at most 2,000 attribute sets of an instrument by default. A `_bucket` has
        /// 13 for each annotated function. With more than 150 functions, raise the
        /// `cardinality_limit` in a view, or let [`catalog::Options`](crate::catalog::Options) give
        /// fewer functions attribute sets of their own.
        ///
        /// # Exemplars
        ///
        /// A service with traces names
        #[doc = concat!("[`current_trace`](", stringify!($module), "::current_trace)")]
        /// as the source of exemplars. Its instruments have none: observable instruments take no
        /// context, and the SDK collects no exemplars, as of 0.33.
        #[cfg(feature = $feature)]
        pub mod $module {
            use ::$module::metrics::{AsyncInstrument, Meter};
            use ::$module::trace::TraceContextExt;
            use ::$module::{Context, KeyValue};
            use request_arena_core::exemplar::{SpanId, Trace, TraceId};

            use super::{
                Collection, Convention, Weak, observed, real_value, signed, unit, whole,
            };
            use crate::catalog::{Family, Kind, Value};

            pub use super::Instruments;

            /// Returns the trace and the span of the current context. `None` without a span, or if
            /// it is not sampled.
            ///
            /// ```
            /// use request_arena_core::exemplar;
            #[doc = concat!("use request_arena_telemetry::", stringify!($module), ";")]
            ///
            #[doc = concat!("exemplar::trace_by(", stringify!($module), "::current_trace)?;")]
            /// # Ok::<(), exemplar::AlreadySet>(())
            /// ```
            ///
            /// Each version of OpenTelemetry has a current context of its own. So the service's
            /// spans must be of
            #[doc = concat!("`opentelemetry` ", $version, ".")]
            /// With spans of another version it compiles, and always returns `None`.
            ///
            /// It costs one access to a thread local, and takes no lock. So it cannot wait for a
            /// lock of `tracing`, wherever a scope ends.
            ///
            /// # Panics
            ///
            /// OpenTelemetry panics at two moments: up to 0.33.0 while it drops a context, so in
            /// the `Drop` of the context's span or value; and when the thread ends, after its own
            /// thread local has gone. A scope that ends then ends as usual. Its exemplar is lost,
            /// and the panic hook prints a message. With `panic = "abort"` the process aborts, so
            /// open no scopes there.
            ///
            /// # With `tracing`
            ///
            /// From 0.32 on, `tracing-opentelemetry` makes a span's context the current one while
            /// the span is entered, unless `with_context_activation(false)` turns that off:
            ///
            /// | `tracing-opentelemetry` | 0.31 | 0.32 | 0.33 | 0.34 |
            /// |---|---|---|---|---|
            /// | `opentelemetry` | 0.30 | 0.31 | 0.32 | 0.33 |
            /// | the span is the current context | no | yes | yes | yes |
            ///
            /// Without it, a service names a function of its own, which asks
            /// `OpenTelemetrySpanExt::context` of `tracing::Span::current()`. That function locks
            /// the extensions of the span. A scope that ends in the `Debug` of a field would wait
            /// for itself there.
            #[must_use]
            pub fn current_trace() -> Option<Trace> {
                Context::map_current(|context| {
                    let span = context.span();
                    let context = span.span_context();
                    if !context.is_sampled() {
                        return None;
                    }
                    let trace = Trace::new(TraceId::new(context.trace_id().to_bytes())?);
                    Some(trace.with_span(SpanId::new(context.span_id().to_bytes())?))
                })
            }

            /// Registers an observable instrument for each family of the catalog with this meter,
            /// and three for a histogram. Register once, or each figure is observed twice.
            ///
            /// A collection reads all figures once, for all instruments. The catalog's
            /// [options](crate::catalog::options) of this call apply as long as the instruments
            /// live.
            pub fn register(meter: &Meter) -> Instruments {
                let (instruments, families) = Instruments::new();
                for (index, family) in families.into_iter().enumerate() {
                    build(meter, family, index, &instruments.collection());
                }
                instruments
            }

            /// Builds the instrument of a family that has a convention.
            fn build_conventional(
                meter: &Meter,
                family: &Family,
                convention: &'static Convention,
                index: usize,
                collection: &Weak<Collection>,
            ) {
                let Convention { name, unit, .. } = *convention;
                if family.kind == Kind::Counter {
                    let _ = meter
                        .u64_observable_counter(name)
                        .with_description(family.help)
                        .with_unit(unit)
                        .with_callback(observe(index, collection, whole))
                        .build();
                } else {
                    let _ = meter
                        .i64_observable_up_down_counter(name)
                        .with_description(family.help)
                        .with_unit(unit)
                        .with_callback(observe(index, collection, signed))
                        .build();
                }
            }

            fn build(meter: &Meter, family: Family, index: usize, collection: &Weak<Collection>) {
                if let Some(convention) = Convention::of(&family) {
                    return build_conventional(meter, &family, convention, index, collection);
                }
                let (help, unit, real) = (family.help, unit(&family), family.is_real());
                let (whole, reals) =
                    (observe(index, collection, whole), observe(index, collection, real_value));
                // The meter keeps the callback when the instrument is dropped.
                match (family.kind, real) {
                    (Kind::Counter, false) => {
                        let _ = meter
                            .u64_observable_counter(family.name)
                            .with_description(help)
                            .with_unit(unit)
                            .with_callback(whole)
                            .build();
                    }
                    (Kind::Counter, true) => {
                        let _ = meter
                            .f64_observable_counter(family.name)
                            .with_description(help)
                            .with_unit(unit)
                            .with_callback(reals)
                            .build();
                    }
                    (_, false) => {
                        let _ = meter
                            .u64_observable_gauge(family.name)
                            .with_description(help)
                            .with_unit(unit)
                            .with_callback(whole)
                            .build();
                    }
                    (_, true) => {
                        let _ = meter
                            .f64_observable_gauge(family.name)
                            .with_description(help)
                            .with_unit(unit)
                            .with_callback(reals)
                            .build();
                    }
                }
            }

            /// The callback of the instrument `index`.
            fn observe<T: Copy + 'static>(
                index: usize,
                collection: &Weak<Collection>,
                value: fn(&Value) -> Option<T>,
            ) -> impl Fn(&dyn AsyncInstrument<T>) + Send + Sync + 'static {
                let collection = Weak::clone(collection);
                move |instrument| {
                    let Some(collection) = collection.upgrade() else { return };
                    let families = collection.families(index);
                    for (value, attributes) in observed(&families[index], value) {
                        let attributes = attributes.map(|(name, value)| KeyValue::new(name, value));
                        instrument.observe(value, &attributes.collect::<Vec<_>>());
                    }
                }
            }
        }
    )+};
}

versions! {
    "opentelemetry_0_30" opentelemetry_0_30 "0.30";
    "opentelemetry_0_31" opentelemetry_0_31 "0.31";
    "opentelemetry_0_32" opentelemetry_0_32 "0.32";
    "opentelemetry_0_33" opentelemetry_0_33 "0.33";
}
