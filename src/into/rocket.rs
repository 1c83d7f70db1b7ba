//! rocket's responders, and text that borrows from the arena, as a [`Response`] that a route may
//! return.
//!
//! rocket's own `Responder` wants the request, which a route has only if it asks for it, and its
//! `Response` is no `Responder`. So [`Response`] is one, and these are the responders that do not
//! look at the request, each by the same response. `NamedFile`, `Redirect` and the like, which do,
//! are returned as they are: they own what they hold.

use std::io::Cursor;

use ::rocket::Request;
use ::rocket::http::{ContentType, Status, StatusClass};
use ::rocket::response::{self, Responder, content, status};
use ::rocket::serde::Serialize;
use ::rocket::serde::json::{self, Json};

use super::{FromText, Lent};

/// What a rocket route returns under `#[request_arena(into = request_arena::rocket::Response)]`: a
/// response that borrows nothing.
///
/// It is made of text (`&str`, `String`), bytes, `Json`, `content::RawHtml` and its like, a
/// [`Status`], an [`Option`]; of these with a `Status` or a [`ContentType`] before them, or in a
/// type of `rocket::response::status`; and of a `Result` of two of these. All of them may borrow
/// from the arena.
///
/// ```
/// use request_arena::{Arena, request_arena};
/// use rocket::{get, http::Status, serde::json::Json};
///
/// #[request_arena(into = request_arena::rocket::Response)]
/// #[get("/words/<text>")]
/// async fn words<'a>(arena: Arena<'a>, text: &str) -> Result<Json<&'a [&'a str]>, (Status, &'a str)> {
///     let text = &*arena.alloc_str(text);
///     if text.is_empty() {
///         return Err((Status::BadRequest, request_arena::format!(in arena, "no words in {text:?}")));
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
    fn of(content_type: ContentType, body: impl AsRef<[u8]> + Send + Unpin + 'static) -> Self {
        let len = body.as_ref().len();
        Self(
            ::rocket::Response::build()
                .header(content_type)
                .sized_body(len, Cursor::new(body))
                .ok(),
        )
    }

    fn with(self, change: impl FnOnce(&mut ::rocket::Response<'static>)) -> Self {
        Self(self.0.map(|mut response| {
            change(&mut response);
            response
        }))
    }
}

impl FromText for Response {
    fn from_text(text: String) -> Self {
        Self::of(ContentType::Plain, text)
    }

    fn from_bytes(bytes: Vec<u8>) -> Self {
        Self::of(ContentType::Binary, bytes)
    }
}

impl Lent<Self> for Response {
    fn copy_out(self) -> Self {
        self
    }
}

impl Lent<Response> for String {
    fn copy_out(self) -> Response {
        Response::from_text(self)
    }
}

impl Lent<Response> for Vec<u8> {
    fn copy_out(self) -> Response {
        Response::from_bytes(self)
    }
}

impl Lent<Response> for () {
    fn copy_out(self) -> Response {
        Response(Ok(::rocket::Response::new()))
    }
}

impl Lent<Response> for status::NoContent {
    fn copy_out(self) -> Response {
        Status::NoContent.copy_out()
    }
}

/// As rocket has it: a status of an error goes to the catcher for it, and one that cannot stand
/// alone is a fault of the server.
impl Lent<Response> for Status {
    fn copy_out(self) -> Response {
        match self.class() {
            StatusClass::ClientError | StatusClass::ServerError => Response(Err(self)),
            StatusClass::Success if self.code < 206 => {
                ().copy_out().with(|response| response.set_status(self))
            }
            StatusClass::Informational if self.code == 100 => {
                ().copy_out().with(|response| response.set_status(self))
            }
            _ => Response(Err(Status::InternalServerError)),
        }
    }
}

impl<T: Lent<Response>> Lent<Response> for Option<T> {
    fn copy_out(self) -> Response {
        self.map_or(Response(Err(Status::NotFound)), T::copy_out)
    }
}

impl<T: Serialize> Lent<Response> for Json<T> {
    fn copy_out(self) -> Response {
        match json::to_string(&self.0) {
            Ok(text) => Response::of(ContentType::JSON, text),
            Err(_) => Response(Err(Status::InternalServerError)),
        }
    }
}

impl<T: Lent<Response>> Lent<Response> for (ContentType, T) {
    fn copy_out(self) -> Response {
        self.1.copy_out().with(|response| {
            response.set_header(self.0);
        })
    }
}

impl<T: Lent<Response>> Lent<Response> for (Status, T) {
    fn copy_out(self) -> Response {
        self.1.copy_out().with(|response| response.set_status(self.0))
    }
}

impl<T: Lent<Response>> Lent<Response> for status::Custom<T> {
    fn copy_out(self) -> Response {
        (self.0, self.1).copy_out()
    }
}

macro_rules! wrappers {
    ($($wrapper:ty => $with:expr;)+) => {$(
        impl<T: Lent<Response>> Lent<Response> for $wrapper {
            fn copy_out(self) -> Response {
                ($with, self.0).copy_out()
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
