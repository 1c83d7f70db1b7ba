//! axum's `Response`: all types with `IntoResponse`, and types that borrow from the arena: `Json`,
//! `Html`, text and bytes.
//!
//! The versions of axum have the same interface, but not the same types. So each has a module with
//! the same code.

use http::StatusCode;

use super::body::Kind;

/// Whether `P` is a status, which does not touch the headers. `P` may borrow from the arena, so it
/// has no `TypeId`. A wrong answer only changes where the headers are allocated.
fn is_status<P>() -> bool {
    core::any::type_name::<P>() == core::any::type_name::<StatusCode>()
}

fn content_type(kind: Kind) -> &'static str {
    match kind {
        Kind::Text => "text/plain; charset=utf-8",
        Kind::Bytes => "application/octet-stream",
        Kind::Html => "text/html; charset=utf-8",
        Kind::Json => "application/json",
    }
}

macro_rules! versions {
    ($($feature:literal $axum:ident $core:ident;)+) => {$(
        #[cfg(feature = $feature)]
        mod $axum {
            use ::$axum::Json;
            use ::$axum::response::Html;
            use ::$core::body::Body as ResponseBody;
            use ::$core::response::{IntoResponse, Response};
            use http::header::{CONTENT_TYPE, HeaderValue};
            use http::{StatusCode, Version};
            use request_arena_core::expansion::{Place, Prepared};
            use serde::Serialize;

            use super::super::body::{Body, FromBody, Kind};
            use super::super::{BorrowedResponse, ErrorResponse, OwnedResponse, json};
            use super::{content_type, is_status};

            /// A response of axum that gets its body and the body's content type after the scope.
            #[derive(Debug)]
            pub struct PreparedResponse {
                /// Has no headers yet, unless a tuple sets some. So it allocates nothing.
                response: Response,
                body: Option<Body>,
                /// Whether the headers have the content type already.
                is_typed: bool,
            }

            impl PreparedResponse {
                fn insert_type(&mut self) {
                    if let Some(body) = self.body.as_ref().filter(|_| !self.is_typed) {
                        let value = HeaderValue::from_static(content_type(body.kind));
                        self.response.headers_mut().insert(CONTENT_TYPE, value);
                        self.is_typed = true;
                    }
                }

                /// Applies a status or headers to the response, as axum does.
                fn changed<P>(mut self, change: impl FnOnce(Response) -> Response) -> Self {
                    // Headers may replace the content type or add to it, so it has to be there
                    // before them.
                    if !is_status::<P>() {
                        self.insert_type();
                    }
                    // axum answers headers that are not valid with a response of its own. The
                    // version, which axum leaves alone, shows whether the response is still this
                    // one.
                    let version = core::mem::replace(self.response.version_mut(), Version::HTTP_09);
                    self.response = change(self.response);
                    if self.response.version() == Version::HTTP_09 {
                        *self.response.version_mut() = version;
                    } else {
                        self.body = None;
                    }
                    self
                }
            }

            impl Prepared for PreparedResponse {
                type Response = Response;

                fn ready(response: Response) -> Self {
                    Self { response, body: None, is_typed: true }
                }

                fn respond(mut self) -> Response {
                    self.insert_type();
                    if let Some(body) = self.body {
                        *self.response.body_mut() = ResponseBody::from(body.into_bytes());
                    }
                    self.response
                }
            }

            impl FromBody for Response {
                type Prepared = PreparedResponse;

                fn prepare(body: Body) -> PreparedResponse {
                    let response = Self::new(ResponseBody::empty());
                    PreparedResponse { response, body: Some(body), is_typed: false }
                }

                fn prepare_error(error: &serde_json::Error, place: Place) -> PreparedResponse {
                    let text = error.to_string();
                    let text = Body::copy(place, Kind::Text, text.as_bytes());
                    let mut prepared = Self::prepare(text);
                    *prepared.response.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
                    prepared
                }
            }

            impl<T: IntoResponse> OwnedResponse<Response> for T {
                #[inline]
                fn into_owned_response(self) -> Response {
                    self.into_response()
                }
            }

            impl<E: IntoResponse> ErrorResponse<Response> for E {
                #[inline]
                fn into_error_response(self) -> Response {
                    self.into_response()
                }
            }

            impl<T: Serialize> BorrowedResponse<Response> for Json<T> {
                fn copy_to_response(self, place: Place) -> PreparedResponse {
                    json::<Response>(place, &self.0)
                }
            }

            impl<T: AsRef<str>> BorrowedResponse<Response> for Html<T> {
                fn copy_to_response(self, place: Place) -> PreparedResponse {
                    let html = Body::copy(place, Kind::Html, self.0.as_ref().as_bytes());
                    <Response as FromBody>::prepare(html)
                }
            }

            /// The body is sent after the scope, in chunks.
            #[cfg(feature = "json")]
            impl<I> BorrowedResponse<Response> for crate::JsonStream<I>
            where
                I: Iterator<Item: Serialize> + Send + Unpin + 'static,
            {
                fn copy_to_response(self, _: Place) -> PreparedResponse {
                    let chunks = crate::JsonChunks::from(self);
                    let mut response = Response::new(ResponseBody::new(chunks));
                    let json = HeaderValue::from_static(content_type(Kind::Json));
                    response.headers_mut().insert(CONTENT_TYPE, json);
                    PreparedResponse::ready(response)
                }
            }

            /// A status or headers, and then a body.
            impl<P, T: BorrowedResponse<Response>> BorrowedResponse<Response> for (P, T)
            where
                (P, Response): IntoResponse,
            {
                fn copy_to_response(self, place: Place) -> PreparedResponse {
                    let (parts, content) = self;
                    let prepared = content.copy_to_response(place);
                    prepared.changed::<P>(|response| (parts, response).into_response())
                }
            }

            /// A status and headers, and then a body.
            impl<P, Q, T: BorrowedResponse<Response>> BorrowedResponse<Response> for (P, Q, T)
            where
                (P, Q, Response): IntoResponse,
            {
                fn copy_to_response(self, place: Place) -> PreparedResponse {
                    let (first, second, content) = self;
                    let prepared = content.copy_to_response(place);
                    prepared.changed::<(P, Q)>(|response| (first, second, response).into_response())
                }
            }
        }
    )+};
}

versions! {
    "axum" axum axum_core;
    "axum_0_7" axum_0_7 axum_core_0_4;
}
