//! poem's `Response`: all types with `IntoResponse`, text that borrows from the arena, and a
//! `Result` of these with one of poem's errors.

use ::poem::http::StatusCode;
use ::poem::web::{Html, Json};
use ::poem::{Error, IntoResponse, Response};

use super::{BorrowedResponse, ErrorResponse, FromText, OwnedResponse};

impl<T: IntoResponse> OwnedResponse<Response> for T {
    #[inline]
    fn into_owned_response(self) -> Response {
        self.into_response()
    }
}

impl<E: Into<Error>> ErrorResponse<Response> for E {
    #[inline]
    fn into_error_response(self) -> Response {
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

// poem itself converts these two when they borrow. The implementations are for a `Result`: poem
// converts no `Err` of these types.
impl<T> BorrowedResponse<Response> for Json<T>
where
    Self: IntoResponse,
{
    fn copy_to_response(self) -> Response {
        self.into_response()
    }
}

impl<T> BorrowedResponse<Response> for Html<T>
where
    Self: IntoResponse,
{
    fn copy_to_response(self) -> Response {
        self.into_response()
    }
}

impl<T: BorrowedResponse<Response>> BorrowedResponse<Response> for (StatusCode, T) {
    fn copy_to_response(self) -> Response {
        let mut response = self.1.copy_to_response();
        response.set_status(self.0);
        response
    }
}
