//! actix-web's `HttpResponse`: its usual responders, and text that borrows from the arena.
//!
//! actix-web's own `Responder` wants the request, which a handler has only if it asks for it. So
//! these are the responders that do not look at it, each by the same response.
//! `actix_files::NamedFile` and the like, which do, are turned in the handler, by
//! `respond_to(&request)`.

use ::actix_web::body::{BoxBody, MessageBody};
use ::actix_web::http::StatusCode;
use ::actix_web::http::header::ContentType;
use ::actix_web::web::{Bytes, BytesMut, Json};
use ::actix_web::{Either, Error, HttpResponse, HttpResponseBuilder};
use serde::Serialize;

use super::{Fault, FromText, Lent, Own};

impl<E: Into<Error>> Fault<HttpResponse> for E {
    #[inline]
    fn into_answer(self) -> HttpResponse {
        HttpResponse::from_error(self)
    }
}

impl FromText for HttpResponse {
    fn from_text(text: String) -> Self {
        Self::Ok().content_type(ContentType::plaintext()).body(text)
    }

    fn from_bytes(bytes: Vec<u8>) -> Self {
        Self::Ok().content_type(ContentType::octet_stream()).body(bytes)
    }
}

impl<B: MessageBody + 'static> Own<HttpResponse> for HttpResponse<B> {
    #[inline]
    fn into_own(self) -> HttpResponse {
        self.map_into_boxed_body()
    }
}

impl Own<HttpResponse> for HttpResponseBuilder {
    fn into_own(mut self) -> HttpResponse {
        self.finish()
    }
}

impl Own<HttpResponse> for String {
    fn into_own(self) -> HttpResponse {
        HttpResponse::from_text(self)
    }
}

macro_rules! bytes {
    ($($bytes:ty),+) => {$(
        impl Own<HttpResponse> for $bytes {
            fn into_own(self) -> HttpResponse {
                HttpResponse::Ok().content_type(ContentType::octet_stream()).body(self)
            }
        }
    )+};
}

bytes!(Vec<u8>, Bytes, BytesMut);

impl<T: Own<HttpResponse>> Own<HttpResponse> for (T, StatusCode) {
    fn into_own(self) -> HttpResponse {
        with_status(self.0.into_own(), self.1)
    }
}

impl<T: Own<HttpResponse>> Own<HttpResponse> for Option<T> {
    fn into_own(self) -> HttpResponse {
        self.map_or_else(|| HttpResponse::new(StatusCode::NOT_FOUND), T::into_own)
    }
}

impl<T: Serialize> Lent<HttpResponse> for Json<T> {
    fn copy_out(self) -> HttpResponse {
        HttpResponse::Ok().json(self.0)
    }
}

/// As `HttpResponse::Ok().message_body(text)?` makes it.
impl Lent<HttpResponse> for HttpResponse<&str> {
    fn copy_out(self) -> HttpResponse {
        self.map_body(|_, text| BoxBody::new(text.to_owned()))
    }
}

impl Lent<HttpResponse> for HttpResponse<&mut str> {
    fn copy_out(self) -> HttpResponse {
        self.map_body(|_, text| BoxBody::new(text.to_owned()))
    }
}

impl<T: Lent<HttpResponse>> Lent<HttpResponse> for (T, StatusCode) {
    fn copy_out(self) -> HttpResponse {
        with_status(self.0.copy_out(), self.1)
    }
}

impl<T: Lent<HttpResponse>> Lent<HttpResponse> for Option<T> {
    fn copy_out(self) -> HttpResponse {
        self.map_or_else(|| HttpResponse::new(StatusCode::NOT_FOUND), T::copy_out)
    }
}

impl<L: Lent<HttpResponse>, R: Lent<HttpResponse>> Lent<HttpResponse> for Either<L, R> {
    fn copy_out(self) -> HttpResponse {
        match self {
            Self::Left(left) => left.copy_out(),
            Self::Right(right) => right.copy_out(),
        }
    }
}

fn with_status(mut response: HttpResponse, status: StatusCode) -> HttpResponse {
    *response.status_mut() = status;
    response
}
