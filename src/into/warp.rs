//! warp's `Response`: all types with `Reply`, and text that borrows from the arena.

use ::warp::http;
use ::warp::reply::{Reply, Response};
use request_arena_core::expansion::{Place, Prepared};
use serde::ser::{Error as _, Serialize, Serializer};

use super::body::{Body, FromBody, Kind, Later, Respond};
use super::{BorrowedResponse, ErrorResponse, OwnedResponse};

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

impl FromBody for Response {
    type Prepared = Later<Self>;

    fn prepare(body: Body) -> Later<Self> {
        Later::of(body)
    }

    fn prepare_error(error: &serde_json::Error, _: Place) -> Later<Self> {
        // warp logs the error of a value that fails.
        Later::ready(::warp::reply::json(&Fails(error)).into_response())
    }
}

/// A value that fails with this error.
struct Fails<'e>(&'e serde_json::Error);

impl Serialize for Fails<'_> {
    fn serialize<S: Serializer>(&self, _: S) -> Result<S::Ok, S::Error> {
        Err(S::Error::custom(self.0))
    }
}

impl Respond for Response {
    type Status = http::StatusCode;

    fn respond(body: Body) -> Self {
        // With warp's own content types.
        let mut response = match body.kind {
            Kind::Text => "".into_response(),
            Kind::Bytes => Vec::new().into_response(),
            Kind::Html => ::warp::reply::html("").into_response(),
            Kind::Json => ::warp::reply::json(&()).into_response(),
        };
        *response.body_mut() = body.into_bytes().into();
        response
    }

    fn with_status(mut self, status: http::StatusCode) -> Self {
        *self.status_mut() = status;
        self
    }
}

fn with_text<T: AsRef<str>>(response: http::Response<T>, place: Place) -> Later<Response> {
    let copied = |text: T| Body::copy(place, Kind::Text, text.as_ref().as_bytes()).into_bytes();
    Later::ready(response.map(|text| copied(text).into()))
}

impl BorrowedResponse<Response> for http::Response<&str> {
    fn copy_to_response(self, place: Place) -> Later<Response> {
        with_text(self, place)
    }
}

impl BorrowedResponse<Response> for http::Response<&mut str> {
    fn copy_to_response(self, place: Place) -> Later<Response> {
        with_text(self, place)
    }
}

/// The body is sent after the scope, in chunks.
#[cfg(feature = "json")]
impl<I> BorrowedResponse<Response> for crate::JsonStream<I>
where
    I: Iterator<Item: Serialize> + Send + Unpin + 'static,
{
    fn copy_to_response(self, _: Place) -> Later<Response> {
        let chunks = crate::JsonChunks::from(self);
        let mut response = ::warp::reply::stream(chunks).into_response();
        let json = http::HeaderValue::from_static("application/json");
        response.headers_mut().insert(http::header::CONTENT_TYPE, json);
        Later::ready(response)
    }
}
