//! rocket's responders, and text that borrows from the arena, as a [`Response`] that a route may
//! return.
//!
//! [`PreparedResponse`] keeps the body and the changes to it until the scope has ended. So the
//! headers and boxes of rocket's response are made without an arena.
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
use request_arena_core::expansion::{Place, Prepared};

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

    /// As in rocket, a response that a catcher makes is left unchanged.
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

/// A response of rocket that is made after the scope.
#[derive(Debug)]
pub struct PreparedResponse {
    content: Content,
    /// The changes by tuples and wrappers. The outermost of each kind counts.
    content_type: Option<ContentType>,
    status: Option<Status>,
}

#[derive(Debug)]
enum Content {
    Body(Body),
    Complete(Response),
}

impl PreparedResponse {
    fn of(content: Content) -> Self {
        Self { content, content_type: None, status: None }
    }

    fn complete(response: Response) -> Self {
        Self::of(Content::Complete(response))
    }
}

impl Prepared for PreparedResponse {
    type Response = Response;

    fn ready(response: Response) -> Self {
        Self::complete(response)
    }

    fn respond(self) -> Response {
        let response = match self.content {
            Content::Body(body) => {
                let usual = match body.kind {
                    Kind::Text => ContentType::Plain,
                    Kind::Bytes => ContentType::Binary,
                    Kind::Html => ContentType::HTML,
                    Kind::Json => ContentType::JSON,
                };
                Response::with_body(usual, body.bytes)
            }
            Content::Complete(response) => response,
        };
        response.changed(|response| {
            if let Some(content_type) = self.content_type {
                response.set_header(content_type);
            }
            if let Some(status) = self.status {
                response.set_status(status);
            }
        })
    }
}

impl FromBody for Response {
    type Prepared = PreparedResponse;

    fn prepare(body: Body) -> PreparedResponse {
        PreparedResponse::of(Content::Body(body))
    }

    fn prepare_error(_: &serde_json::Error, _: Place) -> PreparedResponse {
        PreparedResponse::complete(Self(Err(Status::InternalServerError)))
    }
}

impl BorrowedResponse<Self> for Response {
    fn copy_to_response(self, _: Place) -> PreparedResponse {
        PreparedResponse::complete(self)
    }
}

impl BorrowedResponse<Response> for String {
    fn copy_to_response(self, _: Place) -> PreparedResponse {
        PreparedResponse::complete(Response::with_body(ContentType::Plain, self))
    }
}

impl BorrowedResponse<Response> for Vec<u8> {
    fn copy_to_response(self, _: Place) -> PreparedResponse {
        PreparedResponse::complete(Response::with_body(ContentType::Binary, self))
    }
}

/// A response without a body.
fn empty() -> Response {
    Response(Ok(::rocket::Response::new()))
}

impl BorrowedResponse<Response> for () {
    fn copy_to_response(self, _: Place) -> PreparedResponse {
        PreparedResponse::complete(empty())
    }
}

impl BorrowedResponse<Response> for status::NoContent {
    fn copy_to_response(self, place: Place) -> PreparedResponse {
        Status::NoContent.copy_to_response(place)
    }
}

impl BorrowedResponse<Response> for Status {
    fn copy_to_response(self, _: Place) -> PreparedResponse {
        PreparedResponse::complete(of_status(self))
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
    fn copy_to_response(self, place: Place) -> PreparedResponse {
        match self {
            Some(content) => content.copy_to_response(place),
            None => PreparedResponse::complete(Response(Err(Status::NotFound))),
        }
    }
}

impl<T: Serialize> BorrowedResponse<Response> for Json<T> {
    fn copy_to_response(self, place: Place) -> PreparedResponse {
        super::json::<Response>(place, &self.0)
    }
}

/// The body is sent after the scope, in chunks.
#[cfg(feature = "json")]
impl<I> BorrowedResponse<Response> for crate::JsonStream<I>
where
    I: Iterator<Item: Serialize> + Send + Unpin + 'static,
{
    fn copy_to_response(self, _: Place) -> PreparedResponse {
        let body = tokio_util::io::StreamReader::new(crate::JsonChunks::from(self));
        let response =
            ::rocket::Response::build().header(ContentType::JSON).streamed_body(body).ok();
        PreparedResponse::complete(Response(response))
    }
}

impl<T: BorrowedResponse<Response>> BorrowedResponse<Response> for (ContentType, T) {
    fn copy_to_response(self, place: Place) -> PreparedResponse {
        let prepared = self.1.copy_to_response(place);
        PreparedResponse { content_type: Some(self.0), ..prepared }
    }
}

impl<T: BorrowedResponse<Response>> BorrowedResponse<Response> for (Status, T) {
    fn copy_to_response(self, place: Place) -> PreparedResponse {
        let prepared = self.1.copy_to_response(place);
        PreparedResponse { status: Some(self.0), ..prepared }
    }
}

impl<T: BorrowedResponse<Response>> BorrowedResponse<Response> for status::Custom<T> {
    fn copy_to_response(self, place: Place) -> PreparedResponse {
        (self.0, self.1).copy_to_response(place)
    }
}

macro_rules! wrappers {
    ($($wrapper:ty => $with:expr;)+) => {$(
        impl<T: BorrowedResponse<Response>> BorrowedResponse<Response> for $wrapper {
            fn copy_to_response(self, place: Place) -> PreparedResponse {
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
