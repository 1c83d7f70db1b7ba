//! `GET /metrics` for axum.

use axum::Router;
use axum::http::HeaderMap;
use axum::response::Response;
use axum::routing::get;

use super::accept::{Format, format};
use super::{OPEN_METRICS_TYPE, TEXT_TYPE, render_open_metrics, render_text};
use crate::rendering::answer::answer;

/// A router that answers `GET /metrics`. It answers in OpenMetrics if the `Accept` header prefers
/// that format, as Prometheus' does, and otherwise in Prometheus' own text format. With the feature
/// `native-histograms` it answers in protobuf if the header prefers that. If encoding fails, it
/// answers 500.
///
/// ```
/// use request_arena_telemetry::prometheus;
///
/// let service: axum::Router = axum::Router::new().merge(prometheus::route());
/// ```
///
/// The route stops no other request. It renders on a thread of its own, at most one text of each
/// format at a time, and all readers get the same bytes. A text is reused for twenty times as long
/// as its rendering took, and for five seconds at most. All routes of this package together send
/// 128 KiB a millisecond. A reader that sends the text's `ETag` gets `304 Not Modified`.
///
/// The figures show names of functions and how often each is called. Restrict the route if that is
/// confidential.
pub fn route<S: Clone + Send + Sync + 'static>() -> Router<S> {
    Router::new().route("/metrics", get(metrics))
}

async fn metrics(headers: HeaderMap) -> Response {
    // A cache between must not give one format to a reader of the other.
    let of = |content_type| [("content-type", content_type), ("vary", "accept")];
    match format(&headers) {
        Format::Text => answer(&headers, render_text().await, of(TEXT_TYPE)),
        Format::OpenMetrics => answer(&headers, render_open_metrics().await, of(OPEN_METRICS_TYPE)),
        #[cfg(feature = "native-histograms")]
        Format::Protobuf => {
            answer(&headers, super::render_protobuf().await, of(super::PROTOBUF_TYPE))
        }
    }
}
