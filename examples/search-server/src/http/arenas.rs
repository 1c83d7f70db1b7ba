//! `GET /arenas`: what the arenas of this process did, as JSON.

use axum::Json;
use request_arena::{Report, report};

/// The report of `request-arena`, which counts from the start of the process.
pub async fn arenas() -> Json<Report> {
    Json(report())
}
