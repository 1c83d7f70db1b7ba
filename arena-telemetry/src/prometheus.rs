//! The figures for Prometheus, as a collector for the registry that a service already has, or as a
//! text.
//!
//! ```
//! use prometheus_client::registry::Registry;
//! use request_arena_telemetry::prometheus::Collector;
//!
//! let mut registry = Registry::default();
//! registry.register_collector(Box::new(Collector::new()));
//! // What the service's own route does with its registry:
//! let mut text = String::new();
//! prometheus_client::encoding::text::encode(&mut text, &registry)?;
//! assert!(text.contains("# TYPE request_arena_retained_bytes gauge"));
//! # Ok::<(), std::fmt::Error>(())
//! ```
//!
//! A service without a registry serves [`text()`] or [`open_metrics`], or with the feature `axum`
//! merges `prometheus::route()`.
//!
//! Each scrape reads all figures anew and takes no lock that a request takes. The families are
//! those of [`crate::catalog`]. Histograms keep their ready buckets; their bounds are the same in
//! every process, so `sum by (le, scope)` over a fleet is exact.

use core::fmt;

use prometheus_client::encoding::{DescriptorEncoder, NoLabelSet, prometheus_text, text};
use prometheus_client::metrics::MetricType;
use prometheus_client::registry::{self, Registry};

use crate::Snapshot;
use crate::catalog::{self, Family, Kind, Unit, Value};

#[cfg(feature = "axum")]
mod route;

#[cfg(feature = "axum")]
pub use route::route;

/// The `Content-Type` of [`text()`].
pub const TEXT_TYPE: &str = prometheus_text::CONTENT_TYPE;

/// The `Content-Type` of [`open_metrics`].
pub const OPEN_METRICS_TYPE: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// Gives all figures of the process to a registry, whenever that is encoded.
///
/// Register it once; twice would give each figure twice, which Prometheus refuses. A registry's
/// prefix comes before `request_arena_`, which the dashboard and the rules do not expect.
#[derive(Clone, Copy, Debug, Default)]
pub struct Collector(());

impl Collector {
    /// A collector; they are all the same.
    #[must_use]
    pub const fn new() -> Self {
        Self(())
    }
}

impl prometheus_client::collector::Collector for Collector {
    fn encode(&self, encoder: DescriptorEncoder<'_>) -> fmt::Result {
        encode(encoder, &catalog::families(&Snapshot::take()))
    }
}

/// All figures in Prometheus' own text format, without those of other registries. Costs about 20 µs
/// for each annotated function, and 40 µs for the process's figures.
///
/// # Errors
/// If the encoder fails, which it has no reason to.
///
/// ```
/// let text = request_arena_telemetry::prometheus::text()?;
/// assert!(text.contains("\nrequest_arena_retain_limit_bytes "));
/// # Ok::<(), std::fmt::Error>(())
/// ```
pub fn text() -> Result<String, fmt::Error> {
    let mut text = String::new();
    prometheus_text::encode(&mut text, &registry())?;
    Ok(text)
}

/// All figures in the OpenMetrics text format, which Prometheus prefers: it has units, and an end
/// from which a reader knows that it has everything.
///
/// # Errors
/// If the encoder fails, which it has no reason to.
///
/// ```
/// let text = request_arena_telemetry::prometheus::open_metrics()?;
/// assert!(text.contains("# UNIT request_arena_retain_limit_bytes bytes\n"));
/// assert!(text.ends_with("# EOF\n"));
/// # Ok::<(), std::fmt::Error>(())
/// ```
pub fn open_metrics() -> Result<String, fmt::Error> {
    let mut text = String::new();
    text::encode(&mut text, &registry())?;
    Ok(text)
}

fn registry() -> Registry {
    let mut registry = Registry::default();
    registry.register_collector(Box::new(Collector::new()));
    registry
}

fn encode(mut encoder: DescriptorEncoder<'_>, families: &[Family]) -> fmt::Result {
    for family in families.iter().filter(|family| !family.samples.is_empty()) {
        let unit = family.unit.map(unit);
        let mut metric = encoder.encode_descriptor(
            base(family),
            family.help,
            unit.as_ref(),
            metric_type(family.kind),
        )?;
        for sample in &family.samples {
            let mut metric = metric.encode_family(&sample.labels)?;
            match (&sample.value, family.kind) {
                (Value::Distribution(histogram), _) => {
                    metric.encode_histogram::<NoLabelSet>(
                        histogram.sum,
                        histogram.count,
                        &histogram.buckets,
                        None,
                    )?;
                }
                (Value::Whole(value), Kind::Counter) => {
                    metric.encode_counter::<NoLabelSet, _, u64>(value, None)?
                }
                (Value::Real(value), Kind::Counter) => {
                    metric.encode_counter::<NoLabelSet, _, u64>(value, None)?
                }
                (Value::Whole(value), _) => metric.encode_gauge(value)?,
                (Value::Real(value), _) => metric.encode_gauge(value)?,
            }
        }
    }
    Ok(())
}

/// The name as the encoder takes it: it adds the unit and `_total` itself.
fn base(family: &Family) -> &str {
    let name = family.name.strip_suffix("_total").unwrap_or(&family.name);
    let unit = family.unit.and_then(|unit| name.strip_suffix(unit.as_str()));
    unit.and_then(|name| name.strip_suffix('_')).unwrap_or(name)
}

fn unit(unit: Unit) -> registry::Unit {
    match unit {
        Unit::Bytes => registry::Unit::Bytes,
        Unit::Seconds => registry::Unit::Seconds,
        Unit::Ratio => registry::Unit::Other(unit.as_str().to_owned()),
    }
}

fn metric_type(kind: Kind) -> MetricType {
    match kind {
        Kind::Counter => MetricType::Counter,
        Kind::Gauge => MetricType::Gauge,
        Kind::Histogram => MetricType::Histogram,
    }
}
