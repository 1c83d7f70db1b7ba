//! actix-web's `HttpResponse`: its usual responders, and text that borrows from the arena.
//!
//! actix-web's own `Responder` needs the request, which is not available here. So this file
//! converts the responders that ignore the request, each to the same response as in actix-web. A
//! handler converts other responders, such as `actix_files::NamedFile`, with
//! `respond_to(&request)`.

use ::actix_web::body::{BoxBody, MessageBody};
use ::actix_web::http::StatusCode;
use ::actix_web::http::header::ContentType;
use ::actix_web::web::{Bytes, BytesMut, Json};
use ::actix_web::{Either, Error, HttpResponse, HttpResponseBuilder};
use serde::Serialize;

use super::{BorrowedResponse, ErrorResponse, FromText, OwnedResponse};

impl<E: Into<Error>> ErrorResponse<HttpResponse> for E {
    #[inline]
    fn into_error_response(self) -> HttpResponse {
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
        HttpResponse::from_text(self)
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
        with_status(self.0.into_owned_response(), self.1)
    }
}

impl<T: OwnedResponse<HttpResponse>> OwnedResponse<HttpResponse> for Option<T> {
    fn into_owned_response(self) -> HttpResponse {
        self.map_or_else(|| HttpResponse::new(StatusCode::NOT_FOUND), T::into_owned_response)
    }
}

impl<T: Serialize> BorrowedResponse<HttpResponse> for Json<T> {
    fn copy_to_response(self) -> HttpResponse {
        HttpResponse::Ok().json(self.0)
    }
}

/// The type of `HttpResponse::Ok().message_body(text)?`.
impl BorrowedResponse<HttpResponse> for HttpResponse<&str> {
    fn copy_to_response(self) -> HttpResponse {
        self.map_body(|_, text| BoxBody::new(text.to_owned()))
    }
}

impl BorrowedResponse<HttpResponse> for HttpResponse<&mut str> {
    fn copy_to_response(self) -> HttpResponse {
        self.map_body(|_, text| BoxBody::new(text.to_owned()))
    }
}

impl<T: BorrowedResponse<HttpResponse>> BorrowedResponse<HttpResponse> for (T, StatusCode) {
    fn copy_to_response(self) -> HttpResponse {
        with_status(self.0.copy_to_response(), self.1)
    }
}

impl<T: BorrowedResponse<HttpResponse>> BorrowedResponse<HttpResponse> for Option<T> {
    fn copy_to_response(self) -> HttpResponse {
        self.map_or_else(|| HttpResponse::new(StatusCode::NOT_FOUND), T::copy_to_response)
    }
}

impl<L: BorrowedResponse<HttpResponse>, R: BorrowedResponse<HttpResponse>>
    BorrowedResponse<HttpResponse> for Either<L, R>
{
    fn copy_to_response(self) -> HttpResponse {
        match self {
            Self::Left(left) => left.copy_to_response(),
            Self::Right(right) => right.copy_to_response(),
        }
    }
}

fn with_status(mut response: HttpResponse, status: StatusCode) -> HttpResponse {
    *response.status_mut() = status;
    response
}
