//! warp's `Response`: all types with `Reply`, and text that borrows from the arena.

use ::warp::http;
use ::warp::reply::{Reply, Response};

use super::{BorrowedResponse, ErrorResponse, FromText, OwnedResponse};

impl<T: Reply> OwnedResponse<Response> for T {
    #[inline]
    fn into_owned_response(self) -> Response {
        self.into_response()
    }
}

impl<E: Reply> ErrorResponse<Response> for E {
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

impl BorrowedResponse<Response> for http::Response<&str> {
    fn copy_to_response(self) -> Response {
        self.map(|text| text.to_owned().into())
    }
}

impl BorrowedResponse<Response> for http::Response<&mut str> {
    fn copy_to_response(self) -> Response {
        self.map(|text| text.to_owned().into())
    }
}
