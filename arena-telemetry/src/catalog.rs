//! One list of everything that leaves the process: each family of figures with its name, help,
//! unit, kind and labels. The exporters map it, so that a figure has the same name wherever it is
//! read.
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
//! let scopes = families.iter().find(|family| family.name == "request_arena_scopes_total").unwrap();
//! assert!(scopes.samples.iter().any(|sample| {
//!     sample.label("scope") == Some("thumbnail") && sample.label("outcome") == Some("returned") && sample.value.as_f64() == Some(1.0)
//! }));
//! ```
//!
//! # Labels
//!
//! `scope` is the name of the site (the function's, or the annotation's `name`), `module` its
//! module. Sites that share both are added up. A site has about 100 series: three histograms of 27,
//! and single figures; about 150 with heap bytes and durations. A service with 50 annotated
//! functions has 5,000 to 7,500.

use std::borrow::Cow;

use request_arena_core::Histogram;

use crate::Snapshot;

mod flat;
mod memory;
mod sites;

/// A family of figures: one name, several label sets.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Family {
    /// The name with its unit, and with `_total` if it is a counter: `request_arena_chunks_total`.
    /// A histogram's series have `_bucket`, `_sum` and `_count` after it.
    pub name: Cow<'static, str>,
    /// What it says, for people.
    pub help: &'static str,
    /// The unit, which is also the last word of the name (before `_total`). `None` if it counts
    /// things.
    pub unit: Option<Unit>,
    /// How its values behave.
    pub kind: Kind,
    /// The figures. None if nobody could tell: without jemalloc there is nothing of the allocator,
    /// and not a 0.
    pub samples: Vec<Sample>,
}

/// How a family's values behave.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Kind {
    /// Only grows, from 0 at the process's start.
    Counter,
    /// Goes up and down.
    Gauge,
    /// A [`Distribution`], whose buckets, sum and count only grow.
    Histogram,
}

/// What a family is measured in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Unit {
    /// Bytes.
    Bytes,
    /// Seconds.
    Seconds,
    /// A share, 0 to 1, or a quotient.
    Ratio,
}

impl Unit {
    /// The word at the end of a name: `bytes`, `seconds`, `ratio`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Bytes => "bytes",
            Self::Seconds => "seconds",
            Self::Ratio => "ratio",
        }
    }
}

/// One figure of a family.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Sample {
    /// Names and values of its labels. No two samples of a family have the same.
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

    fn with(mut self, label: &'static str, value: impl Into<Cow<'static, str>>) -> Self {
        self.labels.push((label, value.into()));
        self
    }
}

/// The value of a sample.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Value {
    /// A whole number: of things, or bytes. What has the unit [`Bytes`](Unit::Bytes) or none is
    /// whole.
    Whole(u64),
    /// A time or a share: what has another unit.
    Real(f64),
    /// Of a histogram.
    Distribution(Distribution),
}

impl Value {
    /// The number; `None` for a distribution. Whole numbers above 2^53 are rounded.
    #[must_use]
    pub const fn as_f64(&self) -> Option<f64> {
        match self {
            Self::Whole(value) => Some(*value as f64),
            Self::Real(value) => Some(*value),
            Self::Distribution(_) => None,
        }
    }
}

/// How many values fell into each bucket. The bounds are the same in every process, so
/// distributions can be added up.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Distribution {
    /// The inclusive upper bound of each bucket, in the family's unit, and the values in it alone
    /// (not cumulated). The last bound is infinite.
    pub buckets: Vec<(f64, u64)>,
    /// The sum of all values, in the family's unit. Of bytes it is exact up to 2^53.
    pub sum: f64,
    /// How many values there are.
    pub count: u64,
}

impl Distribution {
    /// For each bucket the text of Prometheus' label `le` (`128.0`, `+Inf`), and how many values
    /// are not above that bound.
    pub fn cumulated(&self) -> impl Iterator<Item = (String, u64)> {
        self.buckets.iter().scan(0, |below, &(bound, values)| {
            *below += values;
            let le = if bound.is_finite() { format!("{bound:?}") } else { "+Inf".to_owned() };
            Some((le, *below))
        })
    }

    /// `per_unit` of the histogram's values are one of the family's unit.
    fn of<const FIRST: u32>(histogram: &Histogram<FIRST>, per_unit: f64) -> Self {
        let bounds = Histogram::<FIRST>::BOUNDS
            .map(|bound| bound.map_or(f64::INFINITY, |bound| bound as f64 / per_unit));
        Self {
            buckets: bounds.into_iter().zip(histogram.buckets).collect(),
            sum: histogram.sum as f64 / per_unit,
            count: histogram.count(),
        }
    }
}

/// All families with the figures of this snapshot, in the order in which people read them; also
/// those without a figure. Costs an allocation for each label set.
#[must_use]
pub fn families(snapshot: &Snapshot) -> Vec<Family> {
    let mut families = sites::families(&snapshot.report.sites);
    families.extend(memory::of_pool(&snapshot.report));
    families.extend(memory::of_allocator(snapshot.allocator.as_ref()));
    families.extend(memory::of_process(snapshot.process.as_ref()));
    families.push(memory::of_doctor(snapshot.findings.as_deref()));
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

fn histogram(name: &'static str, unit: Unit, help: &'static str, samples: Vec<Sample>) -> Family {
    Family { name: name.into(), help, unit: Some(unit), kind: Kind::Histogram, samples }
}

#[cfg(test)]
mod tests;
