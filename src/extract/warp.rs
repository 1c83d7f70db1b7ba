//! The extractors in warp, with the checks and the statuses of warp's own `body::json`.

use core::convert::Infallible;

use ::warp::http::{HeaderMap, StatusCode};
use ::warp::reply::{Reply, Response, with_status};
use ::warp::{Filter, body, header, query};
use bytes::Bytes;

use super::{
    AnswersRejection, FormBody, JsonBody, QueryString, Rejection, RejectionKind, content_type,
};

/// A filter for the body of a request, to be parsed as JSON in an arena.
///
/// It takes the place of `warp::body::json()`. As there, a request without a content type is
/// accepted, and `warp::body::content_length_limit` sets a limit.
///
/// ```
/// use request_arena::{Arena, request_arena};
/// use warp::Filter;
/// use warp::reply::Response;
///
/// #[request_arena(into = Response)]
/// async fn shout<'a>(arena: Arena<'a>, #[json] name: &'a str) -> &'a str {
///     arena.alloc_uppercase(name)
/// }
///
/// let route = warp::post().and(request_arena::warp::json_body()).then(shout);
/// # drop(route);
/// ```
pub fn json_body() -> impl Filter<Extract = (JsonBody,), Error = Infallible> + Copy {
    header::headers_cloned().and(buffered()).map(|headers: HeaderMap, bytes| {
        let accepted = match content_type_of(&headers) {
            Some(content_type) => content_type::require_json(Some(content_type)),
            None => Ok(()),
        };
        accepted.and(bytes).map_or_else(JsonBody::rejected, JsonBody::new)
    })
}

/// A filter for the body of a request, to be parsed as an urlencoded form in an arena.
///
/// It takes the place of `warp::body::form()`.
pub fn form_body() -> impl Filter<Extract = (FormBody,), Error = Infallible> + Copy {
    header::headers_cloned().and(buffered()).map(|headers: HeaderMap, bytes| {
        let accepted = content_type::require_form(content_type_of(&headers));
        accepted.and(bytes).map_or_else(FormBody::rejected, FormBody::new)
    })
}

/// A filter for the query string of a request, to be parsed in an arena.
///
/// It takes the place of `warp::query()`. An address without a query string has an empty one.
pub fn query_string() -> impl Filter<Extract = (QueryString,), Error = Infallible> + Copy {
    query::raw()
        .or_else(async |_| Ok::<_, Infallible>((String::new(),)))
        .map(|query: String| QueryString::new(query))
}

/// The bytes of the body, or the reason why they were not read.
fn buffered() -> impl Filter<Extract = (Result<Bytes, Rejection>,), Error = Infallible> + Copy {
    body::bytes().map(Ok).or_else(async |error: ::warp::Rejection| {
        let text = format!("Failed to read the request body: {error:?}");
        Ok::<_, Infallible>((Err(Rejection::new(RejectionKind::Reading, text)),))
    })
}

fn content_type_of(headers: &HeaderMap) -> Option<&str> {
    headers.get("content-type").map(|value| value.to_str().unwrap_or_default())
}

/// The status is 415 for a content type, 413 for a body that is too large, 503 without memory, and
/// 400 for all others.
impl Reply for Rejection {
    fn into_response(self) -> Response {
        let status = match self.kind() {
            RejectionKind::ContentType => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            RejectionKind::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            RejectionKind::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
            _ => StatusCode::BAD_REQUEST,
        };
        with_status(self.to_string(), status).into_response()
    }
}

impl AnswersRejection for Response {
    fn answer_rejection(rejection: Rejection) -> Self {
        rejection.into_response()
    }
}
