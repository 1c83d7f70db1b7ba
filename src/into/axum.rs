//! axum's `Response`: whatever implements `IntoResponse`, and text that borrows from the arena.

use axum_core::response::{IntoResponse, Response};

use super::{Fault, FromText, Lent, Own};

impl<T: IntoResponse> Own<Response> for T {
    #[inline]
    fn into_own(self) -> Response {
        self.into_response()
    }
}

impl<E: IntoResponse> Fault<Response> for E {
    #[inline]
    fn into_answer(self) -> Response {
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

/// A status, or headers, before text.
impl<P, T: Lent<Response>> Lent<Response> for (P, T)
where
    (P, Response): IntoResponse,
{
    fn copy_out(self) -> Response {
        (self.0, self.1.copy_out()).into_response()
    }
}

/// A status and headers before text.
impl<P, Q, T: Lent<Response>> Lent<Response> for (P, Q, T)
where
    (P, Q, Response): IntoResponse,
{
    fn copy_out(self) -> Response {
        (self.0, self.1, self.2.copy_out()).into_response()
    }
}
