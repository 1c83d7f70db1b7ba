//! `GET /arenas`: the figures of this process's arenas, as JSON.

use axum::Json;
use request_arena::{Report, report};

/// The report of `request-arena`. It counts from the start of the process.
pub async fn arenas() -> Json<Report> {
    Json(report())
}
