//! The extractors in actix-web, with the statuses of actix-web's own `Json`, `Form` and `Query`.

use core::convert::Infallible;
use core::fmt;
use core::future::{Future, Ready, ready};
use core::pin::Pin;
use core::task::{self, Context, Poll};

use actix_web::dev::Payload;
use actix_web::http::StatusCode;
use actix_web::{FromRequest, HttpRequest, HttpResponse, ResponseError};
use bytes::Bytes;

use super::rejection::Source;
use super::{
    AnswersRejection, FormBody, JsonBody, QueryString, Rejection, RejectionKind, content_type,
};

/// Buffers the body, up to the limit of actix-web's `PayloadConfig`.
impl FromRequest for JsonBody {
    type Error = Infallible;
    type Future = BufferBody<Self>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> BufferBody<Self> {
        match content_type::require_json(content_type_of(request)) {
            Ok(()) => BufferBody::of(request, payload, Self::new, Self::rejected),
            Err(rejection) => BufferBody::Rejected(Some(Self::rejected(rejection))),
        }
    }
}

/// The same.
impl FromRequest for FormBody {
    type Error = Infallible;
    type Future = BufferBody<Self>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> BufferBody<Self> {
        match content_type::require_form(content_type_of(request)) {
            Ok(()) => BufferBody::of(request, payload, Self::new, Self::rejected),
            Err(rejection) => BufferBody::Rejected(Some(Self::rejected(rejection))),
        }
    }
}

impl FromRequest for QueryString {
    type Error = Infallible;
    type Future = Ready<Result<Self, Infallible>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Ok(Self::new(request.query_string().to_owned())))
    }
}

/// A future that buffers a body.
pub enum BufferBody<E> {
    #[doc(hidden)]
    Reads {
        bytes: <Bytes as FromRequest>::Future,
        done: fn(Bytes) -> E,
        failed: fn(Rejection) -> E,
    },
    #[doc(hidden)]
    Rejected(Option<E>),
}

impl<E> BufferBody<E> {
    fn of(
        request: &HttpRequest,
        payload: &mut Payload,
        done: fn(Bytes) -> E,
        failed: fn(Rejection) -> E,
    ) -> Self {
        Self::Reads { bytes: Bytes::from_request(request, payload), done, failed }
    }
}

impl<E: Unpin> Future for BufferBody<E> {
    type Output = Result<E, Infallible>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        Poll::Ready(Ok(match self.get_mut() {
            Self::Reads { bytes, done, failed } => {
                match task::ready!(Pin::new(bytes).poll(context)) {
                    Ok(bytes) => done(bytes),
                    Err(error) => failed(from_actix(&error)),
                }
            }
            Self::Rejected(rejected) => match rejected.take() {
                Some(rejected) => rejected,
                None => unreachable!("a future is polled until it is ready"),
            },
        }))
    }
}

impl<E> fmt::Debug for BufferBody<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("BufferBody")
    }
}

fn content_type_of(request: &HttpRequest) -> Option<&str> {
    request.headers().get("content-type")?.to_str().ok()
}

fn from_actix(error: &actix_web::Error) -> Rejection {
    let kind = match error.as_response_error().status_code() {
        StatusCode::PAYLOAD_TOO_LARGE => RejectionKind::TooLarge,
        _ => RejectionKind::Reading,
    };
    Rejection::new(kind, error.to_string())
}

/// The status is 413 for a body that is too large, 503 without memory, 415 for a form of another
/// content type, and 400 for all others.
impl ResponseError for Rejection {
    fn status_code(&self) -> StatusCode {
        match self.kind() {
            RejectionKind::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            RejectionKind::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
            RejectionKind::ContentType if self.source() == Source::Form => {
                StatusCode::UNSUPPORTED_MEDIA_TYPE
            }
            _ => StatusCode::BAD_REQUEST,
        }
    }
}

impl AnswersRejection for HttpResponse {
    fn answer_rejection(rejection: Rejection) -> Self {
        rejection.error_response()
    }
}
