//! `GET /metrics` for axum.

use axum::Router;
use axum::http::HeaderMap;
use axum::http::header::ACCEPT;
use axum::response::Response;
use axum::routing::get;

use super::{OPEN_METRICS_TYPE, TEXT_TYPE, render_open_metrics, render_text};
use crate::rendering::answer::answer;

/// A router that answers `GET /metrics`. It answers in OpenMetrics if the `Accept` header names
/// that format, as Prometheus' does, and otherwise in Prometheus' own text format. If encoding
/// fails, it answers 500.
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
    let (rendered, content_type) = if wants_open_metrics(&headers) {
        (render_open_metrics().await, OPEN_METRICS_TYPE)
    } else {
        (render_text().await, TEXT_TYPE)
    };
    // A cache between must not give one format to a reader of the other.
    answer(&headers, rendered, [("content-type", content_type), ("vary", "accept")])
}

fn wants_open_metrics(headers: &HeaderMap) -> bool {
    let accepted = headers.get_all(ACCEPT).iter().filter_map(|value| value.to_str().ok());
    accepted
        .flat_map(|value| value.split(','))
        .any(|range| range.trim_start().starts_with("application/openmetrics-text"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn open_metrics_is_for_those_who_name_it() {
        let accepting =
            |value: &'static str| HeaderMap::from_iter([(ACCEPT, value.parse().unwrap())]);
        assert!(wants_open_metrics(&accepting(
            "application/openmetrics-text;version=1.0.0,text/plain;q=0.5,*/*;q=0.1"
        )));
        assert!(wants_open_metrics(&accepting("text/plain;q=0.5, application/openmetrics-text")));
        assert!(!wants_open_metrics(&accepting("text/plain;version=0.0.4;q=1,*/*;q=0.1")));
        assert!(!wants_open_metrics(&HeaderMap::new()));
    }
}
