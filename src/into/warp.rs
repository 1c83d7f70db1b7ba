//! warp's `Response`: whatever implements `Reply`, and text that borrows from the arena.

use ::warp::http;
use ::warp::reply::{Reply, Response};

use super::{Fault, FromText, Lent, Own};

impl<T: Reply> Own<Response> for T {
    #[inline]
    fn into_own(self) -> Response {
        self.into_response()
    }
}

impl<E: Reply> Fault<Response> for E {
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

impl Lent<Response> for http::Response<&str> {
    fn copy_out(self) -> Response {
        self.map(|text| text.to_owned().into())
    }
}

impl Lent<Response> for http::Response<&mut str> {
    fn copy_out(self) -> Response {
        self.map(|text| text.to_owned().into())
    }
}
