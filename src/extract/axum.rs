//! The extractors in axum, with the checks and statuses of axum's own `Json`, `Form` and `Query`.
//!
//! The versions of axum have the same interface, but not the same types. So each has a module with
//! the same code. In version 0.7 the traits need `#[async_trait]`.

use super::{AnswersRejection, Rejection};

macro_rules! versions {
    ($($feature:literal $axum:ident $core:ident $(#[$asynchronous:meta])?;)+) => {$(
        #[cfg(feature = $feature)]
        mod $axum {
            use core::convert::Infallible;

            use ::$core::extract::rejection::BytesRejection;
            use ::$core::extract::{FromRequest, FromRequestParts, Request};
            use ::$core::response::{IntoResponse, Response};
            use bytes::Bytes;
            use http::request::Parts;
            use http::{Method, StatusCode};

            use crate::extract::{
                FormBody, JsonBody, QueryString, Rejection, RejectionKind, content_type,
            };

            /// Buffers the body, up to axum's `DefaultBodyLimit`.
            $(#[$asynchronous])?
            impl<S: Send + Sync> FromRequest<S> for JsonBody {
                type Rejection = Infallible;

                async fn from_request(request: Request, state: &S) -> Result<Self, Infallible> {
                    if let Err(rejection) = content_type::require_json(content_type_of(&request)) {
                        return Ok(Self::rejected(rejection));
                    }
                    Ok(match Bytes::from_request(request, state).await {
                        Ok(bytes) => Self::new(bytes),
                        Err(error) => Self::rejected(error.into()),
                    })
                }
            }

            /// Buffers the body, up to axum's `DefaultBodyLimit`. A `GET` request has its form in
            /// the query string.
            $(#[$asynchronous])?
            impl<S: Send + Sync> FromRequest<S> for FormBody {
                type Rejection = Infallible;

                async fn from_request(request: Request, state: &S) -> Result<Self, Infallible> {
                    if *request.method() == Method::GET {
                        return Ok(Self::query_of(request.into_parts().0.uri));
                    }
                    // axum compares the beginning of the type, without parameters and in lower
                    // case.
                    let is_form = |found: &str| found.starts_with(content_type::FORM);
                    if !content_type_of(&request).is_some_and(is_form) {
                        return Ok(Self::rejected(content_type::no_form()));
                    }
                    // axum's `Form` reads the body of a `HEAD` request, and answers it as a query
                    // string.
                    let is_head = *request.method() == Method::HEAD;
                    Ok(match Bytes::from_request(request, state).await {
                        Ok(bytes) if is_head => Self::of_head(bytes),
                        Ok(bytes) => Self::new(bytes),
                        Err(error) => Self::rejected(error.into()),
                    })
                }
            }

            $(#[$asynchronous])?
            impl<S: Send + Sync> FromRequestParts<S> for QueryString {
                type Rejection = Infallible;

                async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
                    Ok(Self::of(parts.uri.clone()))
                }
            }

            fn content_type_of(request: &Request) -> Option<&str> {
                request.headers().get("content-type")?.to_str().ok()
            }

            impl From<BytesRejection> for Rejection {
                fn from(error: BytesRejection) -> Self {
                    let kind = match error.status().as_u16() {
                        413 => RejectionKind::TooLarge,
                        _ => RejectionKind::Reading,
                    };
                    Self::new(kind, error.body_text())
                }
            }

            impl IntoResponse for Rejection {
                fn into_response(self) -> Response {
                    let status = StatusCode::from_u16(self.status());
                    let status = status.unwrap_or(StatusCode::BAD_REQUEST);
                    (status, self.to_string()).into_response()
                }
            }
        }
    )+};
}

versions! {
    "axum" axum axum_core;
    "axum_0_7" axum_0_7 axum_core_0_4 #[axum_0_7::async_trait];
}

// The compiler shows these, so they are plain code.
#[cfg(feature = "axum")]
impl AnswersRejection for axum_core::response::Response {
    fn answer_rejection(rejection: Rejection) -> Self {
        axum_core::response::IntoResponse::into_response(rejection)
    }
}

#[cfg(feature = "axum_0_7")]
impl AnswersRejection for axum_core_0_4::response::Response {
    fn answer_rejection(rejection: Rejection) -> Self {
        axum_core_0_4::response::IntoResponse::into_response(rejection)
    }
}
