//! poem's `Response`: whatever implements `IntoResponse`, text that borrows from the arena, and a
//! `Result` of these with an error of poem's.

use ::poem::http::StatusCode;
use ::poem::web::{Html, Json};
use ::poem::{Error, IntoResponse, Response};

use super::{Fault, FromText, Lent, Own};

impl<T: IntoResponse> Own<Response> for T {
    #[inline]
    fn into_own(self) -> Response {
        self.into_response()
    }
}

impl<E: Into<Error>> Fault<Response> for E {
    #[inline]
    fn into_answer(self) -> Response {
        self.into().into_response()
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

// These two borrow by themselves. They are here for the other side of a `Result`: poem turns only
// errors of its own.
impl<T> Lent<Response> for Json<T>
where
    Self: IntoResponse,
{
    fn copy_out(self) -> Response {
        self.into_response()
    }
}

impl<T> Lent<Response> for Html<T>
where
    Self: IntoResponse,
{
    fn copy_out(self) -> Response {
        self.into_response()
    }
}

impl<T: Lent<Response>> Lent<Response> for (StatusCode, T) {
    fn copy_out(self) -> Response {
        let mut response = self.1.copy_out();
        response.set_status(self.0);
        response
    }
}
