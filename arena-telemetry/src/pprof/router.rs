//! The routes for axum: those that read, and those that turn sampling on and off.

use core::sync::atomic::Ordering;

use axum::Router;
use axum::extract::{RawQuery, Request};
use axum::http::header::{CONTENT_TYPE, ORIGIN, RETRY_AFTER};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};

use super::{HEADERS, HeapProfiles, IS_MOUNTED, PprofError, activate, deactivate};
use crate::Rendered;
use crate::rendering::answer::answer;

const PLAIN: (HeaderName, &str) = (CONTENT_TYPE, "text/plain; charset=utf-8");

/// Creates routes for `GET /debug/pprof/heap`, and for `GET /debug/pprof/heap/flamegraph` with the
/// feature `flamegraph`. They only read.
///
/// Do not mount them where the public has access; see the [module](super). They can be nested under
/// another path. If the debug page is mounted beside them, it has links to them.
///
/// ```
/// use request_arena_telemetry::pprof;
///
/// let admin: axum::Router = axum::Router::new().merge(pprof::router());
/// ```
pub fn router<S>() -> Router<S>
where
    S: Clone + Send + Sync + 'static,
{
    IS_MOUNTED.store(true, Ordering::Relaxed);
    let profiles = HeapProfiles::new();
    #[cfg(feature = "flamegraph")]
    let pictures = profiles.clone();
    let router = Router::new().route(
        "/debug/pprof/heap",
        get(async move |RawQuery(query): RawQuery, headers: HeaderMap| {
            let rendered = match HeapProfiles::over(&query.unwrap_or_default()) {
                Ok(over) => profiles.heap(over).await,
                Err(error) => Err(error),
            };
            answered(&headers, rendered, HEADERS)
        }),
    );
    #[cfg(feature = "flamegraph")]
    let router = router.route(
        "/debug/pprof/heap/flamegraph",
        get(async move |RawQuery(query): RawQuery, headers: HeaderMap| {
            let rendered = match HeapProfiles::over(&query.unwrap_or_default()) {
                Ok(over) => pictures.flamegraph(over).await,
                Err(error) => Err(error),
            };
            answered(&headers, rendered, super::FLAMEGRAPH_HEADERS)
        }),
    );
    router
}

/// Creates routes that turn jemalloc's sampling on and off: `POST` or `PUT
/// /debug/pprof/heap/activate?for=SECONDS` and `/debug/pprof/heap/deactivate`. Nothing has these
/// routes unless it is mounted.
///
/// `is_allowed` decides on each request, by its method, URI and headers. A request that it refuses
/// gets `403`. So does a request with an `Origin` header, which a browser sends for a web page.
///
/// ```
/// use axum::http::header::AUTHORIZATION;
/// use request_arena_telemetry::pprof;
///
/// let token = "Bearer a-secret-of-the-operators"; // from the environment
/// let admin: axum::Router = pprof::router().merge(pprof::activation(move |request| {
///     request.headers.get(AUTHORIZATION).is_some_and(|value| value == token)
/// }));
/// ```
///
/// On a listener that only operators reach, `|_| true` will do.
pub fn activation<S, F>(is_allowed: F) -> Router<S>
where
    S: Clone + Send + Sync + 'static,
    F: Fn(&Parts) -> bool + Clone + Send + Sync + 'static,
{
    let guarded = move |switch: fn(&str) -> Result<String, PprofError>| {
        let is_allowed = is_allowed.clone();
        let handler = async move |request: Request| {
            let (parts, _) = request.into_parts();
            if parts.headers.contains_key(ORIGIN) || !is_allowed(&parts) {
                let reason = "this request may not turn sampling on or off\n";
                return (StatusCode::FORBIDDEN, [PLAIN], reason).into_response();
            }
            match switch(parts.uri.query().unwrap_or_default()) {
                Ok(text) => ([PLAIN], text).into_response(),
                Err(error) => refused(&error),
            }
        };
        post(handler.clone()).put(handler)
    };
    Router::new()
        .route("/debug/pprof/heap/activate", guarded(activate))
        .route("/debug/pprof/heap/deactivate", guarded(|_| deactivate()))
}

fn answered(
    request: &HeaderMap,
    rendered: Result<Rendered<Vec<u8>>, PprofError>,
    headers: impl IntoIterator<Item = (&'static str, &'static str)>,
) -> Response {
    match rendered {
        Ok(rendered) => answer(request, Ok(rendered), headers),
        Err(error) => refused(&error),
    }
}

fn refused(error: &PprofError) -> Response {
    let status = StatusCode::from_u16(error.status());
    let status = status.unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut response = (status, [PLAIN], format!("{error}\n")).into_response();
    if let Some(seconds) = error.retry_after() {
        response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds));
    }
    response
}
