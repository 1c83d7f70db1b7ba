//! The list of all exported figures. Each family has a name, help, unit, kind and labels. All
//! exporters map this list, so a figure has the same name in each of them.
//!
//! An exporter for another system is a loop over [`families`]:
//!
//! ```
//! use request_arena_core::{Site, scope};
//! use request_arena_telemetry::{Snapshot, catalog};
//!
//! static SITE: Site = Site::new("thumbnail", module_path!(), file!(), line!());
//! scope(&SITE, |arena| { arena.alloc_str("hello"); });
//!
//! let families = catalog::families(&Snapshot::take());
//! let is_scopes = |family: &&catalog::Family| family.name == "request_arena_scopes_total";
//! let scopes = families.iter().find(is_scopes).unwrap();
//! assert!(scopes.samples.iter().any(|sample| {
//!     sample.label("scope") == Some("thumbnail")
//!         && sample.label("outcome") == Some("returned")
//!         && sample.value.as_f64() == Some(1.0)
//! }));
//! ```
//!
//! # Labels
//!
//! `scope` is the name of the handler: the function's, or the annotation's `name`. `module` is its
//! module. Handlers that share both are added up.
//!
//! # The number of series
//!
//! A handler has about 35 series, 55 with heap bytes, and 90 with durations and response buffers,
//! too. The 250 heaviest handlers have series of their own. All others are added up under the
//! labels `scope="other", module=""`. So Prometheus' text has at most 4 MB in a service with
//! thousands of handlers. [`Options`] changes all of that, and says
//! [what changes](Options::with_most_sites) when a handler becomes heavy.
//!
//! # Exemplars
//!
//! The histogram of peaks has the [trace of its largest scope](Distribution::exemplar), if the
//! service has named a [source of traces](request_arena_core::exemplar::trace_by).
//!
//! # Native histograms
//!
//! The bounds for bytes are those of a Prometheus' native histogram with the schema 0, so
//! [`Native`] is exact. Durations have none: their bounds are powers of two in nanoseconds, and
//! schemas have powers of two in seconds. With `convert_classic_histograms_to_nhcb` Prometheus 3
//! stores them as native series, too.

use std::borrow::Cow;

use request_arena_core::printable::printable;

use crate::Snapshot;

mod added;
#[cfg(feature = "admission")]
mod admission;
mod container;
mod distribution;
mod doctor;
mod flat;
mod live_heap;
mod memory;
mod native;
mod options;
mod own;
mod sites;

pub use distribution::Distribution;
pub use native::Native;
pub use options::{Detail, Options, QuantileError, UnknownFamily, configure, options};

/// A family of figures: one name, several label sets.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Family {
    /// The name with its unit, and with `_total` if it is a counter: `request_arena_chunks_total`.
    /// A histogram's series have `_bucket`, `_sum` and `_count` after it.
    pub name: Cow<'static, str>,
    /// A description for people.
    pub help: &'static str,
    /// The unit, with which the name ends before `_total`. `None` for plain counts.
    pub unit: Option<Unit>,
    /// The kind of its values.
    pub kind: Kind,
    /// The figures. An unknown figure is absent, and not 0: without jemalloc, the allocator's
    /// families are empty.
    pub samples: Vec<Sample>,
}

/// The kind of a family's values.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Kind {
    /// Only grows, from 0 at the start of the process.
    Counter,
    /// Goes up and down.
    Gauge,
    /// A [`Distribution`]. Its buckets, sum and count only grow.
    Histogram,
}

/// The unit of a family.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Unit {
    /// Bytes.
    Bytes,
    /// Bytes a second.
    BytesPerSecond,
    /// Seconds.
    Seconds,
    /// A share from 0 to 1, or a quotient.
    Ratio,
}

impl Unit {
    /// The words at the end of a name: `bytes`, `bytes_per_second`, `seconds`, `ratio`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Bytes => "bytes",
            Self::BytesPerSecond => "bytes_per_second",
            Self::Seconds => "seconds",
            Self::Ratio => "ratio",
        }
    }
}

/// One figure of a family.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Sample {
    /// Names and values of its labels, which are unique in the family. Control characters in
    /// values are escaped, as in `\u{1b}`.
    pub labels: Vec<(&'static str, Cow<'static, str>)>,
    /// The figure.
    pub value: Value,
}

impl Sample {
    /// The value of the label `name`.
    #[must_use]
    pub fn label(&self, name: &str) -> Option<&str> {
        self.labels.iter().find(|(label, _)| *label == name).map(|(_, value)| &**value)
    }

    fn new(value: Value) -> Self {
        Self { labels: Vec::new(), value }
    }

    /// Adds a label. A name can come from outside, so control characters in it are escaped.
    fn with(mut self, label: &'static str, value: impl Into<Cow<'static, str>>) -> Self {
        let value = value.into();
        let shown = match printable(&value) {
            Cow::Owned(escaped) => escaped.into(),
            Cow::Borrowed(_) => value,
        };
        self.labels.push((label, shown));
        self
    }
}

/// The value of a sample.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Value {
    /// A whole number: a count, or bytes. Families with the unit [`Bytes`](Unit::Bytes) or without
    /// a unit have whole numbers.
    Whole(u64),
    /// A rate, a time or a ratio: all other units.
    Real(f64),
    /// A histogram.
    Distribution(Distribution),
}

impl Value {
    /// The number, or `None` for a distribution. Whole numbers above 2^53 are rounded.
    #[must_use]
    pub const fn as_f64(&self) -> Option<f64> {
        match self {
            Self::Whole(value) => Some(*value as f64),
            Self::Real(value) => Some(*value),
            Self::Distribution(_) => None,
        }
    }
}

/// Returns all families with the figures of this snapshot, including families without a figure. It
/// costs an allocation for each label set.
///
/// The process's [`options`] apply.
#[must_use]
pub fn families(snapshot: &Snapshot) -> Vec<Family> {
    families_with(snapshot, &options())
}

/// Returns all families that these options have, as [`families`] does.
#[must_use]
pub fn families_with(snapshot: &Snapshot, options: &Options) -> Vec<Family> {
    let mut families = sites::families(&snapshot.report, options);
    families.extend(memory::of_pool(&snapshot.report));
    families.extend(memory::of_allocator(snapshot.allocator.as_ref()));
    families.extend(memory::of_process(snapshot.process.as_ref()));
    families.extend(container::families(snapshot.container.as_ref()));
    families.extend(doctor::families(snapshot.doctor.as_ref()));
    #[cfg(feature = "admission")]
    families.extend(admission::families(&snapshot.admission, options));
    families.retain(|family| options.detail(&family.name) != Detail::Absent);
    families
}

fn counter(
    name: &'static str,
    unit: Option<Unit>,
    help: &'static str,
    samples: Vec<Sample>,
) -> Family {
    Family { name: name.into(), help, unit, kind: Kind::Counter, samples }
}

fn gauge(
    name: &'static str,
    unit: Option<Unit>,
    help: &'static str,
    samples: Vec<Sample>,
) -> Family {
    Family { name: name.into(), help, unit, kind: Kind::Gauge, samples }
}

/// The one sample of a family without labels; none if it is unknown.
fn once(value: Option<Value>) -> Vec<Sample> {
    value.map(Sample::new).into_iter().collect()
}

fn histogram(name: &'static str, unit: Unit, help: &'static str, samples: Vec<Sample>) -> Family {
    Family { name: name.into(), help, unit: Some(unit), kind: Kind::Histogram, samples }
}

#[cfg(test)]
mod tests;
