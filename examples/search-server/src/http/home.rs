//! `GET /`: a page with links to all parts of the service.

use axum::response::Html;

/// The page.
pub async fn home() -> Html<&'static str> {
    Html(include_str!("home.html"))
}
