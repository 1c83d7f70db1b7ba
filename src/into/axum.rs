//! axum's `Response`: all types with `IntoResponse`, and text that borrows from the arena.

use axum_core::response::{IntoResponse, Response};

use super::{BorrowedResponse, ErrorResponse, FromText, OwnedResponse};

impl<T: IntoResponse> OwnedResponse<Response> for T {
    #[inline]
    fn into_owned_response(self) -> Response {
        self.into_response()
    }
}

impl<E: IntoResponse> ErrorResponse<Response> for E {
    #[inline]
    fn into_error_response(self) -> Response {
        self.into_response()
    }
}

impl FromText for Response {
    fn from_text(text: String) -> Self {
        text.into_response()
    }

    fn from_bytes(bytes: Vec<u8>) -> Self {
        bytes.into_response()
    }
}

/// A status or headers, and then text.
impl<P, T: BorrowedResponse<Response>> BorrowedResponse<Response> for (P, T)
where
    (P, Response): IntoResponse,
{
    fn copy_to_response(self) -> Response {
        (self.0, self.1.copy_to_response()).into_response()
    }
}

/// A status and headers, and then text.
impl<P, Q, T: BorrowedResponse<Response>> BorrowedResponse<Response> for (P, Q, T)
where
    (P, Q, Response): IntoResponse,
{
    fn copy_to_response(self) -> Response {
        (self.0, self.1, self.2.copy_to_response()).into_response()
    }
}
