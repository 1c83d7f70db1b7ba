//! The way from a handler's result to axum's `Response`, for `#[request_arena(into = axum::response::Response)]`.

use axum_core::response::{IntoResponse, Response};
use request_arena_core::expansion::Target;

/// Found before `Into`, for what implements `IntoResponse`.
pub trait ResponseWay {
    /// The way by `IntoResponse`.
    #[inline]
    fn __request_arena_way(&self) -> ByIntoResponse {
        ByIntoResponse
    }
}

impl<T: IntoResponse> ResponseWay for Target<T, Response> {}

/// Turns a result by `IntoResponse`.
#[derive(Debug)]
pub struct ByIntoResponse;

impl ByIntoResponse {
    /// Turns the result into the response, while what it borrows is still there.
    #[inline]
    pub fn turn_outward<T: IntoResponse>(self, result: T, _: fn(T) -> T, _: fn(T) -> T) -> Response {
        result.into_response()
    }
}
