//! poem's `Response`: all types with `IntoResponse`, text that borrows from the arena, and a
//! `Result` of these with one of poem's errors.

use ::poem::http::StatusCode;
use ::poem::web::{Html, Json};
use ::poem::{Error, IntoResponse, Response};
use request_arena_core::expansion::{Place, Prepared};
use serde::Serialize;

use super::body::{Body, FromBody, Kind, Later, Respond};
use super::{BorrowedResponse, ErrorResponse, OwnedResponse};

/// The content type of poem's `Json`.
const JSON: &str = "application/json; charset=utf-8";

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

impl FromBody for Response {
    type Prepared = Later<Self>;

    fn prepare(body: Body) -> Later<Self> {
        Later::of(body)
    }

    fn prepare_error(error: &serde_json::Error, _: Place) -> Later<Self> {
        let status = StatusCode::INTERNAL_SERVER_ERROR;
        Later::ready(Self::builder().status(status).body(error.to_string()))
    }
}

impl Respond for Response {
    type Status = StatusCode;

    fn respond(body: Body) -> Self {
        // With poem's own content types.
        let mut response = match body.kind {
            Kind::Text => "".into_response(),
            Kind::Bytes => Vec::new().into_response(),
            Kind::Html => Html("").into_response(),
            Kind::Json => Self::builder().content_type(JSON).finish(),
        };
        response.set_body(body.into_bytes());
        response
    }

    fn with_status(mut self, status: StatusCode) -> Self {
        self.set_status(status);
        self
    }
}

impl<T: Serialize> BorrowedResponse<Response> for Json<T> {
    fn copy_to_response(self, place: Place) -> Later<Response> {
        super::json::<Response>(place, &self.0)
    }
}

impl<T: AsRef<str>> BorrowedResponse<Response> for Html<T> {
    fn copy_to_response(self, place: Place) -> Later<Response> {
        <Response as FromBody>::prepare(Body::copy(place, Kind::Html, self.0.as_ref().as_bytes()))
    }
}

impl<T: BorrowedResponse<Response>> BorrowedResponse<Response> for (StatusCode, T) {
    fn copy_to_response(self, place: Place) -> Later<Response> {
        self.1.copy_to_response(place).with_status(self.0)
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
        let body = ::poem::Body::from_bytes_stream(chunks);
        Later::ready(Response::builder().content_type(JSON).body(body))
    }
}
