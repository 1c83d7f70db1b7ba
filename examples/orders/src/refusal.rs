//! Refusals that both versions share.
//!
//! ```json
//! {"error": "the order violates rules", "fields": [{"field": "items[3].quantity", "rule": "..."}]}
//! ```

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Serialize;

/// The answer 422: the violated rules.
#[derive(Debug, Serialize)]
pub struct Refused<'c, C> {
    error: &'static str,
    fields: &'c [C],
}

impl<'c, C> Refused<'c, C> {
    /// Creates the refusal with these complaints.
    pub fn new(fields: &'c [C]) -> Self {
        Self { error: "the order violates rules", fields }
    }
}

/// The answer 404: the store has no order with this number.
#[derive(Clone, Copy, Debug)]
pub struct NoSuchOrder(pub u64);

impl IntoResponse for NoSuchOrder {
    fn into_response(self) -> Response {
        #[derive(Serialize)]
        struct Body {
            error: String,
        }
        let error = format!("the store has no order {}", self.0);
        (StatusCode::NOT_FOUND, Json(Body { error })).into_response()
    }
}
