//! The figures for Prometheus: as a collector for the service's own registry, or as text.
//!
//! ```
//! use prometheus_client::registry::Registry;
//! use request_arena_telemetry::prometheus::Collector;
//!
//! let mut registry = Registry::default();
//! registry.register_collector(Box::new(Collector::new()));
//! // In the service's own route:
//! let mut text = String::new();
//! prometheus_client::encoding::text::encode(&mut text, &registry)?;
//! assert!(text.contains("# TYPE request_arena_retained_bytes gauge"));
//! # Ok::<(), std::fmt::Error>(())
//! ```
//!
//! A service without a registry serves [`render_text`] or [`render_open_metrics`]. With the feature
//! `axum` it merges `prometheus::route()`.
//!
//! Each rendering reads all figures and takes no lock that a request takes. The families are those
//! of [`crate::catalog`]. Histograms have the same bounds in every process, so `sum by (le, scope)`
//! over a fleet is exact.

use core::fmt;
use std::sync::LazyLock;

use prometheus_client::encoding::{DescriptorEncoder, NoLabelSet, prometheus_text, text};
use prometheus_client::metrics::MetricType;
use prometheus_client::registry::{self, Registry};

use crate::catalog::{self, Family, Kind, Unit, Value};
use crate::rendering::flights::Flights;
use crate::{RenderError, Rendered, Snapshot};

#[cfg(feature = "axum")]
mod route;

#[cfg(feature = "axum")]
pub use route::route;

/// The `Content-Type` of [`text()`].
pub const TEXT_TYPE: &str = prometheus_text::CONTENT_TYPE;

/// The `Content-Type` of [`open_metrics`].
pub const OPEN_METRICS_TYPE: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// Gives all figures of the process to a registry, each time the registry is encoded.
///
/// Register it once. Prometheus refuses a scrape in which a figure occurs twice. Use a registry
/// without a prefix, since the dashboard and the rules expect names that start with
/// `request_arena_`.
///
/// Encode the registry on a thread that may block (`tokio::task::spawn_blocking`): each encoding
/// reads and writes all figures, which takes milliseconds in a service with hundreds of handlers.
#[derive(Clone, Copy, Debug, Default)]
pub struct Collector(());

impl Collector {
    /// A new collector. All collectors are the same.
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

/// All figures of request-arena in Prometheus' own text format. It costs about 20 µs for each
/// annotated function, and 40 µs for the figures of the process.
///
/// It renders on this thread, which takes milliseconds in a service with hundreds of functions. In
/// async code use [`render_text`], which has the same text. Concurrent calls render it once. The
/// text is reused for twenty times as long as its rendering took, and for five seconds at most.
///
/// # Errors
///
/// If the encoder fails, which is not expected.
///
/// ```
/// let text = request_arena_telemetry::prometheus::text()?;
/// assert!(text.contains("\nrequest_arena_retain_limit_bytes "));
/// # Ok::<(), std::fmt::Error>(())
/// ```
pub fn text() -> Result<String, fmt::Error> {
    let rendered = TEXT.here(&(), encoded_text).map_err(|_| fmt::Error)?;
    Ok(rendered.as_str().to_owned())
}

/// All figures in the OpenMetrics text format, which Prometheus prefers: it has units, and an end
/// from which a reader knows that it has everything. It costs as much as [`text()`], and is reused
/// as long. In async code use [`render_open_metrics`].
///
/// # Errors
///
/// If the encoder fails, which is not expected.
///
/// ```
/// let text = request_arena_telemetry::prometheus::open_metrics()?;
/// assert!(text.contains("# UNIT request_arena_retain_limit_bytes bytes\n"));
/// assert!(text.ends_with("# EOF\n"));
/// # Ok::<(), std::fmt::Error>(())
/// ```
pub fn open_metrics() -> Result<String, fmt::Error> {
    let rendered = OPEN_METRICS.here(&(), encoded_open_metrics).map_err(|_| fmt::Error)?;
    Ok(rendered.as_str().to_owned())
}

/// The text of [`text()`] for async code and for servers other than axum. It is rendered on a
/// thread of its own, at most one at a time, and all readers share the bytes. It needs no runtime.
///
/// # Errors
///
/// If the encoder fails, which is not expected.
///
/// ```
/// use request_arena_telemetry::{RenderError, prometheus};
///
/// # async fn run() -> Result<(), RenderError> {
/// let metrics = prometheus::render_text().await?;
/// println!("{}: {} bytes", metrics.etag(), metrics.as_str().len());
/// # Ok(())
/// # }
/// ```
pub async fn render_text() -> Result<Rendered, RenderError> {
    TEXT.elsewhere((), encoded_text).await
}

/// The text of [`open_metrics`], rendered as that of [`render_text`].
///
/// # Errors
///
/// If the encoder fails, which is not expected.
pub async fn render_open_metrics() -> Result<Rendered, RenderError> {
    OPEN_METRICS.elsewhere((), encoded_open_metrics).await
}

static TEXT: LazyLock<Flights<()>> = LazyLock::new(Flights::default);
static OPEN_METRICS: LazyLock<Flights<()>> = LazyLock::new(Flights::default);

fn encoded_text() -> Result<String, RenderError> {
    let mut text = String::new();
    prometheus_text::encode(&mut text, &registry()).map_err(RenderError::new)?;
    Ok(text)
}

fn encoded_open_metrics() -> Result<String, RenderError> {
    let mut text = String::new();
    text::encode(&mut text, &registry()).map_err(RenderError::new)?;
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
                    metric.encode_counter::<NoLabelSet, _, u64>(value, None)?;
                }
                (Value::Real(value), Kind::Counter) => {
                    metric.encode_counter::<NoLabelSet, _, u64>(value, None)?;
                }
                (Value::Whole(value), _) => metric.encode_gauge(value)?,
                (Value::Real(value), _) => metric.encode_gauge(value)?,
            }
        }
    }
    Ok(())
}

/// The name without unit and `_total`, which the encoder adds.
fn base(family: &Family) -> &str {
    let name = family.name.strip_suffix("_total").unwrap_or(&family.name);
    let unit = family.unit.and_then(|unit| name.strip_suffix(unit.as_str()));
    unit.and_then(|name| name.strip_suffix('_')).unwrap_or(name)
}

fn unit(unit: Unit) -> registry::Unit {
    match unit {
        Unit::Bytes => registry::Unit::Bytes,
        Unit::Seconds => registry::Unit::Seconds,
        Unit::BytesPerSecond | Unit::Ratio => registry::Unit::Other(unit.as_str().to_owned()),
    }
}

fn metric_type(kind: Kind) -> MetricType {
    match kind {
        Kind::Counter => MetricType::Counter,
        Kind::Gauge => MetricType::Gauge,
        Kind::Histogram => MetricType::Histogram,
    }
}
