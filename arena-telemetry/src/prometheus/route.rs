//! `GET /metrics` for axum.

use core::fmt;

use axum::Router;
use axum::http::header::{ACCEPT, CONTENT_TYPE};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::get;

use super::{OPEN_METRICS_TYPE, TEXT_TYPE, open_metrics, text};

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
/// The figures show names of functions and how often each is called. Restrict the route if that is
/// confidential.
pub fn route<S: Clone + Send + Sync + 'static>() -> Router<S> {
    Router::new().route("/metrics", get(answer))
}

async fn answer(headers: HeaderMap) -> Response {
    if wants_open_metrics(&headers) {
        respond(open_metrics(), OPEN_METRICS_TYPE)
    } else {
        respond(text(), TEXT_TYPE)
    }
}

fn wants_open_metrics(headers: &HeaderMap) -> bool {
    let accepted = headers.get_all(ACCEPT).iter().filter_map(|value| value.to_str().ok());
    accepted
        .flat_map(|value| value.split(','))
        .any(|range| range.trim_start().starts_with("application/openmetrics-text"))
}

fn respond(text: Result<String, fmt::Error>, content_type: &'static str) -> Response {
    match text {
        Ok(text) => ([(CONTENT_TYPE, content_type)], text).into_response(),
        Err(fmt::Error) => {
            (StatusCode::INTERNAL_SERVER_ERROR, "request-arena: the figures could not be encoded\n")
                .into_response()
        }
    }
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

    #[test]
    fn a_failure_is_a_500() {
        assert_eq!(respond(Err(fmt::Error), TEXT_TYPE).status(), StatusCode::INTERNAL_SERVER_ERROR);
        let response = respond(Ok("text".into()), TEXT_TYPE);
        assert_eq!(
            (response.status(), &response.headers()[CONTENT_TYPE]),
            (StatusCode::OK, &TEXT_TYPE.parse().unwrap())
        );
    }
}
