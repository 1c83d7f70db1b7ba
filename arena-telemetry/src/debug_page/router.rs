//! The two routes for axum.

use axum::Router;
use axum::extract::RawQuery;
use axum::http::HeaderMap;
use axum::routing::get;

use super::{DebugPage, Sort, html_headers, json_headers};
use crate::rendering::answer::answer;

/// Creates routes for `GET /debug/arenas` and `GET /debug/arenas.json`, which share one history.
///
/// The routes stop no other request. They render on a thread of their own, one page and one
/// document at a time, and all readers get the same bytes. Pages in other orders wait for their
/// turn. A page is reused for twenty times as long as its rendering took, and for five seconds at
/// most. All routes of this package together send 128 KiB a millisecond.
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
            get(async move |RawQuery(query): RawQuery, headers: HeaderMap| {
                let sort = Sort::from_query(&query.unwrap_or_default());
                answer(&headers, page.render_html(&sort).await, html_headers())
            }),
        )
        .route(
            "/debug/arenas.json",
            get(async move |headers: HeaderMap| {
                answer(&headers, document.render_json().await, json_headers())
            }),
        )
}
