//! The figures for Prometheus, in its formats.
//!
//! A service without a registry serves [`render_text`] or [`render_open_metrics`]. With the feature
//! `axum` it merges `prometheus::route()`. A service with a registry adds a collector to it, of
//! the registry's version: see [`prometheus_client_0_26`](crate::prometheus_client_0_26).
//!
//! | Format | Exemplars | Native histograms |
//! |---|---|---|
//! | Prometheus' text | no | no |
//! | OpenMetrics | yes | no |
//! | protobuf, with the feature `native-histograms` | yes | yes |
//!
//! Each rendering reads all figures and takes no lock that a request takes. The families are those
//! of [`crate::catalog`]. Histograms have the same bounds in every process, so `sum by (le, scope)`
//! over a fleet is exact.

use core::fmt;
use std::sync::LazyLock;

use ::prometheus_client_0_26::encoding::prometheus_text;
use ::prometheus_client_0_26::registry::Registry;

use crate::prometheus_client_0_26::Collector;
use crate::rendering::flights::Flights;
use crate::{RenderError, Rendered, Snapshot, catalog};

#[cfg(feature = "axum")]
mod accept;
mod open_metrics;
#[cfg(feature = "native-histograms")]
mod protobuf;
#[cfg(feature = "axum")]
mod route;

#[cfg(feature = "axum")]
pub use route::route;

/// The `Content-Type` of [`text()`].
pub const TEXT_TYPE: &str = prometheus_text::CONTENT_TYPE;

/// The `Content-Type` of [`open_metrics`].
pub const OPEN_METRICS_TYPE: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// The `Content-Type` of `protobuf`.
#[cfg(feature = "native-histograms")]
pub const PROTOBUF_TYPE: &str = "application/vnd.google.protobuf; \
     proto=io.prometheus.client.MetricFamily; encoding=delimited";

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

/// All figures in the OpenMetrics text format, which Prometheus prefers: it has units,
/// [exemplars](request_arena_core::exemplar), and an end from which a reader knows that it has
/// everything. It costs as much as [`text()`], and is reused as long. In async code use
/// [`render_open_metrics`].
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

/// All figures in Prometheus' protobuf format, with exemplars and native histograms. Each message
/// comes after its length. It costs as much as [`text()`], and is reused as long. In async code use
/// [`render_protobuf`].
///
/// # Errors
///
/// If the encoder fails, which is not expected.
///
/// ```
/// let bytes = request_arena_telemetry::prometheus::protobuf()?;
/// assert!(bytes.len() > 1000);
/// # Ok::<(), request_arena_telemetry::RenderError>(())
/// ```
#[cfg(feature = "native-histograms")]
pub fn protobuf() -> Result<Vec<u8>, RenderError> {
    let rendered = PROTOBUF.here(&(), encoded_protobuf)?;
    Ok(rendered.as_ref().to_vec())
}

/// The bytes of [`protobuf()`], rendered as those of [`render_text`].
///
/// # Errors
///
/// If the encoder fails, which is not expected.
#[cfg(feature = "native-histograms")]
pub async fn render_protobuf() -> Result<Rendered<Vec<u8>>, RenderError> {
    PROTOBUF.elsewhere((), encoded_protobuf).await
}

static TEXT: LazyLock<Flights<()>> = LazyLock::new(Flights::default);
static OPEN_METRICS: LazyLock<Flights<()>> = LazyLock::new(Flights::default);

#[cfg(feature = "native-histograms")]
static PROTOBUF: LazyLock<Flights<(), Vec<u8>>> = LazyLock::new(Flights::default);

fn encoded_text() -> Result<String, RenderError> {
    let mut text = String::new();
    prometheus_text::encode(&mut text, &registry()).map_err(RenderError::new)?;
    Ok(text)
}

fn encoded_open_metrics() -> Result<String, RenderError> {
    open_metrics::encode(&catalog::families(&Snapshot::take())).map_err(RenderError::new)
}

#[cfg(feature = "native-histograms")]
fn encoded_protobuf() -> Result<Vec<u8>, RenderError> {
    protobuf::encode(&catalog::families(&Snapshot::take()))
}

fn registry() -> Registry {
    let mut registry = Registry::default();
    registry.register_collector(Box::new(Collector::new()));
    registry
}
