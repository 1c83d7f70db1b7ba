//! The figures as observable instruments of OpenTelemetry. They are read when the service's meter
//! provider collects.
//!
//! ```
//! use opentelemetry::global;
//!
//! use request_arena_telemetry::opentelemetry::register;
//!
//! let instruments = register(&global::meter("request_arena"));
//! // Keep `instruments` as long as the service runs.
//! # drop(instruments);
//! ```
//!
//! # Histograms are counters here
//!
//! OpenTelemetry's histograms take values one by one, and its API has no observable histogram.
//! request-arena counts values into buckets when scopes end. So a histogram becomes three counters,
//! as in Prometheus: `NAME_bucket` with the attribute `le`, `NAME_sum` and `NAME_count`. A backend
//! with PromQL computes quantiles from them with `histogram_quantile`.
//!
//! Names are those of [`crate::catalog`], with units. OpenTelemetry's exporters to Prometheus do
//! not add a suffix that a name already has.
//!
//! The SDK keeps at most 2,000 attribute sets of an instrument by default. A `_bucket` has 13 for
//! each annotated function. With more than 150 functions, raise the `cardinality_limit` in a view,
//! or let [`catalog::Options`] give fewer functions attribute sets of their own.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError, Weak};

use ::opentelemetry::KeyValue;
use ::opentelemetry::metrics::{AsyncInstrument, Meter};

use crate::Snapshot;
use crate::catalog::{self, Family, Kind, Options, Unit, Value};

/// Keeps the instruments alive. Once it is dropped they observe nothing. Made by [`register`].
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

/// Registers an observable instrument for each family of the catalog with this meter, and three for
/// a histogram. Register once, or each figure is observed twice.
///
/// A collection reads all figures once, for all instruments. The catalog's
/// [options](catalog::options) of this call apply as long as the instruments live.
pub fn register(meter: &Meter) -> Instruments {
    let options = catalog::options();
    let families = read(&options);
    let described: Vec<_> = families.iter().map(described).collect();
    // All count as served, so that the first collection reads.
    let state = State { served: vec![true; families.len()], families: Arc::new(families) };
    let collection = Arc::new(Collection { options, state: Mutex::new(state) });
    for (index, family) in described.into_iter().enumerate() {
        build(meter, family, index, &Arc::downgrade(&collection));
    }
    Instruments { collection }
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

fn build(meter: &Meter, family: Family, index: usize, collection: &Weak<Collection>) {
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
        for sample in &collection.families(index)[index].samples {
            let attributes: Vec<_> = sample
                .labels
                .iter()
                .map(|(key, value)| KeyValue::new(*key, value.clone()))
                .collect();
            if let Some(value) = value(&sample.value) {
                instrument.observe(value, &attributes);
            }
        }
    }
}

fn whole(value: &Value) -> Option<u64> {
    match value {
        Value::Whole(value) => Some(*value),
        Value::Real(_) | Value::Distribution(_) => None,
    }
}

fn real_value(value: &Value) -> Option<f64> {
    value.as_f64()
}

/// The unit in UCUM, as OpenTelemetry requires.
fn unit(family: &Family) -> &'static str {
    match family.unit {
        Some(Unit::Bytes) => "By",
        Some(Unit::Seconds) => "s",
        Some(Unit::Ratio) | None => "1",
    }
}
