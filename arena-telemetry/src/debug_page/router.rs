//! The two routes for axum.

use axum::Router;
use axum::extract::RawQuery;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::get;

use super::{DebugPage, Sort, html_headers, json_headers};

/// Creates routes for `GET /debug/arenas` and `GET /debug/arenas.json`, which share one history.
/// Neither route waits for other requests.
///
/// Do not mount it where the public has access; see the [module](super). It can be nested under
/// another path.
///
/// ```
/// use request_arena_telemetry::debug_page;
///
/// let admin: axum::Router = axum::Router::new().merge(debug_page::router());
/// ```
pub fn router<S>() -> Router<S>
where
    S: Clone + Send + Sync + 'static,
{
    let page = DebugPage::new();
    let document = page.clone();
    Router::new()
        .route(
            "/debug/arenas",
            get(async move |RawQuery(query): RawQuery| {
                (html_headers(), page.html(&Sort::from_query(&query.unwrap_or_default())))
            }),
        )
        .route("/debug/arenas.json", get(async move || answer(document.json())))
}

fn answer(document: Result<String, serde_json::Error>) -> Response {
    match document {
        Ok(document) => (json_headers(), document).into_response(),
        Err(error) => (StatusCode::INTERNAL_SERVER_ERROR, error.to_string()).into_response(),
    }
}
