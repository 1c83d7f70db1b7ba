//! `GET /`: a page with links to all that the service has.

use axum::response::Html;

/// The page.
pub async fn home() -> Html<&'static str> {
    Html(include_str!("home.html"))
}
