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
use ::rocket::serde::json::Json;
use request_arena_core::expansion::{Place, Ready};

use super::BorrowedResponse;
use super::body::{Body, FromBody, Kind};

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
        of_status(status)
    }
}

/// The same, with a text.
impl From<(Status, String)> for Response {
    fn from((status, text): (Status, String)) -> Self {
        let response = Self::with_body(ContentType::Plain, text);
        response.changed(|response| response.set_status(status))
    }
}

impl FromBody for Response {
    type Prepared = Ready<Self>;

    fn prepare(body: Body) -> Ready<Self> {
        let content_type = match body.kind {
            Kind::Text => ContentType::Plain,
            Kind::Bytes => ContentType::Binary,
            Kind::Html => ContentType::HTML,
            Kind::Json => ContentType::JSON,
        };
        Ready(Self::with_body(content_type, body.bytes))
    }

    fn prepare_error(_: &serde_json::Error, _: Place) -> Ready<Self> {
        Ready(Self(Err(Status::InternalServerError)))
    }
}

impl BorrowedResponse<Self> for Response {
    fn copy_to_response(self, _: Place) -> Ready<Self> {
        Ready(self)
    }
}

impl BorrowedResponse<Response> for String {
    fn copy_to_response(self, _: Place) -> Ready<Response> {
        Ready(Response::with_body(ContentType::Plain, self))
    }
}

impl BorrowedResponse<Response> for Vec<u8> {
    fn copy_to_response(self, _: Place) -> Ready<Response> {
        Ready(Response::with_body(ContentType::Binary, self))
    }
}

/// A response without a body.
fn empty() -> Response {
    Response(Ok(::rocket::Response::new()))
}

impl BorrowedResponse<Response> for () {
    fn copy_to_response(self, _: Place) -> Ready<Response> {
        Ready(empty())
    }
}

impl BorrowedResponse<Response> for status::NoContent {
    fn copy_to_response(self, place: Place) -> Ready<Response> {
        Status::NoContent.copy_to_response(place)
    }
}

impl BorrowedResponse<Response> for Status {
    fn copy_to_response(self, _: Place) -> Ready<Response> {
        Ready(of_status(self))
    }
}

/// As in rocket: the status of an error goes to its catcher, and a status that needs a body or
/// headers is an internal error.
fn of_status(status: Status) -> Response {
    match status.class() {
        StatusClass::ClientError | StatusClass::ServerError => Response(Err(status)),
        StatusClass::Success if status.code < 206 => {
            empty().changed(|response| response.set_status(status))
        }
        StatusClass::Informational if status.code == 100 => {
            empty().changed(|response| response.set_status(status))
        }
        _ => Response(Err(Status::InternalServerError)),
    }
}

impl<T: BorrowedResponse<Response>> BorrowedResponse<Response> for Option<T> {
    fn copy_to_response(self, place: Place) -> Ready<Response> {
        match self {
            Some(content) => content.copy_to_response(place),
            None => Ready(Response(Err(Status::NotFound))),
        }
    }
}

impl<T: Serialize> BorrowedResponse<Response> for Json<T> {
    fn copy_to_response(self, place: Place) -> Ready<Response> {
        super::json::<Response>(place, &self.0)
    }
}

/// The body is sent after the scope, in chunks.
#[cfg(feature = "json")]
impl<I> BorrowedResponse<Response> for crate::JsonStream<I>
where
    I: Iterator<Item: Serialize> + Send + Unpin + 'static,
{
    fn copy_to_response(self, _: Place) -> Ready<Response> {
        let chunks = crate::JsonChunks::from(self);
        let body = super::reader::ChunkReader::new(chunks);
        let mut response = ::rocket::Response::build();
        Ready(Response(response.header(ContentType::JSON).streamed_body(body).ok()))
    }
}

impl<T: BorrowedResponse<Response>> BorrowedResponse<Response> for (ContentType, T) {
    fn copy_to_response(self, place: Place) -> Ready<Response> {
        Ready(self.1.copy_to_response(place).0.changed(|response| {
            response.set_header(self.0);
        }))
    }
}

impl<T: BorrowedResponse<Response>> BorrowedResponse<Response> for (Status, T) {
    fn copy_to_response(self, place: Place) -> Ready<Response> {
        Ready(self.1.copy_to_response(place).0.changed(|response| response.set_status(self.0)))
    }
}

impl<T: BorrowedResponse<Response>> BorrowedResponse<Response> for status::Custom<T> {
    fn copy_to_response(self, place: Place) -> Ready<Response> {
        (self.0, self.1).copy_to_response(place)
    }
}

macro_rules! wrappers {
    ($($wrapper:ty => $with:expr;)+) => {$(
        impl<T: BorrowedResponse<Response>> BorrowedResponse<Response> for $wrapper {
            fn copy_to_response(self, place: Place) -> Ready<Response> {
                ($with, self.0).copy_to_response(place)
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
