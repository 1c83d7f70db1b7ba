//! rocket's responders, and text that borrows from the arena, as a [`Response`] that a route may
//! return.
//!
//! rocket's own `Responder` needs the request, which is not available here. rocket's `Response`
//! does not implement `Responder`, and [`Response`] does. This file converts the responders that
//! ignore the request, each to the same response as in rocket. Return `NamedFile`, `Redirect` and
//! similar types without `into`: they own their data.

use std::io::Cursor;

use ::rocket::Request;
use ::rocket::http::{ContentType, Status, StatusClass};
use ::rocket::response::{self, Responder, content, status};
use ::rocket::serde::Serialize;
use ::rocket::serde::json::{self, Json};

use super::{BorrowedResponse, FromText};

/// A response that borrows nothing, for rocket routes under
/// `#[request_arena(into = request_arena::rocket::Response)]`.
///
/// `into` makes it from these types, which may borrow from the arena:
///
/// * text (`&str`, `String`), bytes, `Json`, [`Status`] and [`Option`];
/// * the types of `rocket::response::content` and `rocket::response::status`;
/// * a tuple with a `Status` or a [`ContentType`] before one of them;
/// * a `Result` of two of them.
///
/// ```
/// use request_arena::{Arena, request_arena};
/// use rocket::{get, http::Status, serde::json::Json};
///
/// #[request_arena(into = request_arena::rocket::Response)]
/// #[get("/words/<text>")]
/// async fn words<'a>(
///     arena: Arena<'a>,
///     text: &str,
/// ) -> Result<Json<&'a [&'a str]>, (Status, &'a str)> {
///     let text = arena.str(text);
///     if text.is_empty() {
///         let message = request_arena::format!(in arena, "no words in {text:?}");
///         return Err((Status::BadRequest, message));
///     }
///     Ok(Json(arena.alloc_from_iter(text.split('-'))))
/// }
/// ```
#[derive(Debug)]
pub struct Response(response::Result<'static>);

impl<'r> Responder<'r, 'static> for Response {
    fn respond_to(self, _: &'r Request<'_>) -> response::Result<'static> {
        self.0
    }
}

impl Response {
    fn with_body(
        content_type: ContentType,
        body: impl AsRef<[u8]> + Send + Unpin + 'static,
    ) -> Self {
        let len = body.as_ref().len();
        Self(
            ::rocket::Response::build()
                .header(content_type)
                .sized_body(len, Cursor::new(body))
                .ok(),
        )
    }

    fn changed(self, change: impl FnOnce(&mut ::rocket::Response<'static>)) -> Self {
        Self(self.0.map(|mut response| {
            change(&mut response);
            response
        }))
    }
}

/// For the options `on_limit` and `on_reject`, which return the type that `into` names.
impl From<Status> for Response {
    fn from(status: Status) -> Self {
        status.copy_to_response()
    }
}

/// The same, with a text.
impl From<(Status, String)> for Response {
    fn from(answer: (Status, String)) -> Self {
        answer.copy_to_response()
    }
}

impl FromText for Response {
    fn from_text(text: String) -> Self {
        Self::with_body(ContentType::Plain, text)
    }

    fn from_bytes(bytes: Vec<u8>) -> Self {
        Self::with_body(ContentType::Binary, bytes)
    }
}

impl BorrowedResponse<Self> for Response {
    fn copy_to_response(self) -> Self {
        self
    }
}

impl BorrowedResponse<Response> for String {
    fn copy_to_response(self) -> Response {
        Response::from_text(self)
    }
}

impl BorrowedResponse<Response> for Vec<u8> {
    fn copy_to_response(self) -> Response {
        Response::from_bytes(self)
    }
}

impl BorrowedResponse<Response> for () {
    fn copy_to_response(self) -> Response {
        Response(Ok(::rocket::Response::new()))
    }
}

impl BorrowedResponse<Response> for status::NoContent {
    fn copy_to_response(self) -> Response {
        Status::NoContent.copy_to_response()
    }
}

/// As in rocket: the status of an error goes to its catcher, and a status that needs a body or
/// headers is an internal error.
impl BorrowedResponse<Response> for Status {
    fn copy_to_response(self) -> Response {
        match self.class() {
            StatusClass::ClientError | StatusClass::ServerError => Response(Err(self)),
            StatusClass::Success if self.code < 206 => {
                ().copy_to_response().changed(|response| response.set_status(self))
            }
            StatusClass::Informational if self.code == 100 => {
                ().copy_to_response().changed(|response| response.set_status(self))
            }
            _ => Response(Err(Status::InternalServerError)),
        }
    }
}

impl<T: BorrowedResponse<Response>> BorrowedResponse<Response> for Option<T> {
    fn copy_to_response(self) -> Response {
        self.map_or(Response(Err(Status::NotFound)), T::copy_to_response)
    }
}

impl<T: Serialize> BorrowedResponse<Response> for Json<T> {
    fn copy_to_response(self) -> Response {
        match json::to_string(&self.0) {
            Ok(text) => Response::with_body(ContentType::JSON, text),
            Err(_) => Response(Err(Status::InternalServerError)),
        }
    }
}

impl<T: BorrowedResponse<Response>> BorrowedResponse<Response> for (ContentType, T) {
    fn copy_to_response(self) -> Response {
        self.1.copy_to_response().changed(|response| {
            response.set_header(self.0);
        })
    }
}

impl<T: BorrowedResponse<Response>> BorrowedResponse<Response> for (Status, T) {
    fn copy_to_response(self) -> Response {
        self.1.copy_to_response().changed(|response| response.set_status(self.0))
    }
}

impl<T: BorrowedResponse<Response>> BorrowedResponse<Response> for status::Custom<T> {
    fn copy_to_response(self) -> Response {
        (self.0, self.1).copy_to_response()
    }
}

macro_rules! wrappers {
    ($($wrapper:ty => $with:expr;)+) => {$(
        impl<T: BorrowedResponse<Response>> BorrowedResponse<Response> for $wrapper {
            fn copy_to_response(self) -> Response {
                ($with, self.0).copy_to_response()
            }
        }
    )+};
}

wrappers! {
    content::RawCss<T> => ContentType::CSS;
    content::RawHtml<T> => ContentType::HTML;
    content::RawJavaScript<T> => ContentType::JavaScript;
    content::RawJson<T> => ContentType::JSON;
    content::RawMsgPack<T> => ContentType::MsgPack;
    content::RawText<T> => ContentType::Text;
    content::RawXml<T> => ContentType::XML;
    status::Accepted<T> => Status::Accepted;
    status::BadRequest<T> => Status::BadRequest;
    status::Conflict<T> => Status::Conflict;
    status::Forbidden<T> => Status::Forbidden;
    status::NotFound<T> => Status::NotFound;
    status::Unauthorized<T> => Status::Unauthorized;
}
