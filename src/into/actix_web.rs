//! actix-web's `HttpResponse`: its usual responders, and text that borrows from the arena.
//!
//! actix-web's own `Responder` needs the request, which is not available here. So this file
//! converts the responders that ignore the request, each to the same response as in actix-web. A
//! handler converts other responders, such as `actix_files::NamedFile`, with
//! `respond_to(&request)`.

use ::actix_web::body::{BoxBody, MessageBody};
use ::actix_web::error::JsonPayloadError;
use ::actix_web::http::StatusCode;
use ::actix_web::http::header::ContentType;
use ::actix_web::web::{Bytes, BytesMut, Json};
use ::actix_web::{Either, Error, HttpResponse, HttpResponseBuilder};
use request_arena_core::expansion::{Place, Prepared};
use serde::Serialize;
use serde::ser::Error as _;

use super::body::{Body, FromBody, Kind, Later, Respond};
use super::{BorrowedResponse, ErrorResponse, OwnedResponse};

impl<E: Into<Error>> ErrorResponse<HttpResponse> for E {
    #[inline]
    fn into_error_response(self) -> HttpResponse {
        HttpResponse::from_error(self)
    }
}

impl FromBody for HttpResponse {
    type Prepared = Later<Self>;

    fn prepare(body: Body) -> Later<Self> {
        Later::of(body)
    }

    fn prepare_error(error: &serde_json::Error, _: Place) -> Later<Self> {
        let error = serde_json::Error::custom(error);
        Later::ready(Self::from_error(JsonPayloadError::Serialize(error)))
    }
}

impl Respond for HttpResponse {
    type Status = StatusCode;

    fn respond(body: Body) -> Self {
        let content_type = match body.kind {
            Kind::Text => ContentType::plaintext(),
            Kind::Bytes => ContentType::octet_stream(),
            Kind::Html => ContentType::html(),
            Kind::Json => ContentType::json(),
        };
        Self::Ok().content_type(content_type).body(body.into_bytes())
    }

    fn with_status(mut self, status: StatusCode) -> Self {
        *self.status_mut() = status;
        self
    }
}

impl<B: MessageBody + 'static> OwnedResponse<HttpResponse> for HttpResponse<B> {
    #[inline]
    fn into_owned_response(self) -> HttpResponse {
        self.map_into_boxed_body()
    }
}

impl OwnedResponse<HttpResponse> for HttpResponseBuilder {
    fn into_owned_response(mut self) -> HttpResponse {
        self.finish()
    }
}

impl OwnedResponse<HttpResponse> for String {
    fn into_owned_response(self) -> HttpResponse {
        HttpResponse::Ok().content_type(ContentType::plaintext()).body(self)
    }
}

macro_rules! bytes {
    ($($bytes:ty),+) => {$(
        impl OwnedResponse<HttpResponse> for $bytes {
            fn into_owned_response(self) -> HttpResponse {
                HttpResponse::Ok().content_type(ContentType::octet_stream()).body(self)
            }
        }
    )+};
}

bytes!(Vec<u8>, Bytes, BytesMut);

impl<T: OwnedResponse<HttpResponse>> OwnedResponse<HttpResponse> for (T, StatusCode) {
    fn into_owned_response(self) -> HttpResponse {
        self.0.into_owned_response().with_status(self.1)
    }
}

impl<T: OwnedResponse<HttpResponse>> OwnedResponse<HttpResponse> for Option<T> {
    fn into_owned_response(self) -> HttpResponse {
        self.map_or_else(|| HttpResponse::new(StatusCode::NOT_FOUND), T::into_owned_response)
    }
}

impl<T: Serialize> BorrowedResponse<HttpResponse> for Json<T> {
    fn copy_to_response(self, place: Place) -> Later<HttpResponse> {
        super::json::<HttpResponse>(place, &self.0)
    }
}

/// The type of `HttpResponse::Ok().message_body(text)?`.
impl BorrowedResponse<HttpResponse> for HttpResponse<&str> {
    fn copy_to_response(self, place: Place) -> Later<HttpResponse> {
        let copied = |text: &str| Body::copy(place, Kind::Text, text.as_bytes()).into_bytes();
        Later::ready(self.map_body(|_, text| BoxBody::new(copied(text))))
    }
}

impl BorrowedResponse<HttpResponse> for HttpResponse<&mut str> {
    fn copy_to_response(self, place: Place) -> Later<HttpResponse> {
        let copied = |text: &str| Body::copy(place, Kind::Text, text.as_bytes()).into_bytes();
        Later::ready(self.map_body(|_, text| BoxBody::new(copied(text))))
    }
}

impl<T: BorrowedResponse<HttpResponse>> BorrowedResponse<HttpResponse> for (T, StatusCode) {
    fn copy_to_response(self, place: Place) -> Later<HttpResponse> {
        self.0.copy_to_response(place).with_status(self.1)
    }
}

impl<T: BorrowedResponse<HttpResponse>> BorrowedResponse<HttpResponse> for Option<T> {
    fn copy_to_response(self, place: Place) -> Later<HttpResponse> {
        match self {
            Some(content) => content.copy_to_response(place),
            None => Later::ready(HttpResponse::new(StatusCode::NOT_FOUND)),
        }
    }
}

impl<L: BorrowedResponse<HttpResponse>, R: BorrowedResponse<HttpResponse>>
    BorrowedResponse<HttpResponse> for Either<L, R>
{
    fn copy_to_response(self, place: Place) -> Later<HttpResponse> {
        match self {
            Self::Left(left) => left.copy_to_response(place),
            Self::Right(right) => right.copy_to_response(place),
        }
    }
}

/// The body is sent after the scope, in chunks.
#[cfg(feature = "json")]
impl<I> BorrowedResponse<HttpResponse> for crate::JsonStream<I>
where
    I: Iterator<Item: Serialize> + Unpin + 'static,
{
    fn copy_to_response(self, _: Place) -> Later<HttpResponse> {
        let chunks = crate::JsonChunks::from(self);
        let response = HttpResponse::Ok().content_type(ContentType::json()).streaming(chunks);
        Later::ready(response)
    }
}
