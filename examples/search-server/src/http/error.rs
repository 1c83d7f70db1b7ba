//! Errors: all refusals have the same shape.
//!
//! ```json
//! {"error": {"code": "invalid_limit", "message": "`limit` must be ...", "hint": "..."}}
//! ```
//!
//! `code` is for programs and does not change. `message` and `hint` are for people. A refused batch
//! also has the `line` and the `column` of the mistake.

use std::{borrow::Cow, time::Duration};

use axum::{
    Json,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use request_arena::ArenaError;
use serde::Serialize;

use crate::{
    batch::{BatchError, BatchErrorKind},
    search::query::{MAX_QUERY, MAX_TERMS, NotAQuery},
    store::StoreError,
};

/// A refusal.
#[derive(Clone, Debug, Serialize)]
pub struct ApiError {
    #[serde(skip)]
    status: StatusCode,
    code: &'static str,
    message: Cow<'static, str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    hint: Option<Cow<'static, str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    column: Option<usize>,
}

impl ApiError {
    fn new(status: StatusCode, code: &'static str, message: impl Into<Cow<'static, str>>) -> Self {
        Self { status, code, message: message.into(), hint: None, line: None, column: None }
    }

    /// 400: the request is invalid.
    pub fn bad_request(code: &'static str, message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, code, message)
    }

    /// 404: there is no such resource.
    pub fn not_found(code: &'static str, message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(StatusCode::NOT_FOUND, code, message)
    }

    /// 405: the path has other methods.
    pub fn wrong_method(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(StatusCode::METHOD_NOT_ALLOWED, "wrong_method", message)
    }

    /// 413: the body is larger than `limit` bytes.
    pub fn too_large(limit: usize) -> Self {
        Self::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            "body_too_large",
            format!("the body is larger than {limit} bytes"),
        )
        .hint("send the documents in several batches")
    }

    /// 408: no further part of the body came for this long.
    pub fn stalled(silent: Duration) -> Self {
        let seconds = silent.as_secs();
        Self::new(
            StatusCode::REQUEST_TIMEOUT,
            "body_stalled",
            format!("no further part of the body came for {seconds} seconds"),
        )
        .hint("send the whole body again")
    }

    /// 415: the handler does not read this type of body.
    pub fn unsupported_type(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "unsupported_type", message)
            .hint("send `content-type: application/json` or `application/x-ndjson`")
    }

    /// 500: the program has failed.
    pub fn internal(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "internal", message)
    }

    /// Adds a hint at the remedy.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<Cow<'static, str>>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        #[derive(Serialize)]
        struct Body {
            error: ApiError,
        }
        (self.status, Json(Body { error: self })).into_response()
    }
}

impl From<NotAQuery> for ApiError {
    fn from(error: NotAQuery) -> Self {
        match error {
            NotAQuery::Empty => Self::bad_request("empty_query", "`q` has no letter or digit"),
            NotAQuery::TooLong => {
                let message = format!("`q` has more than {MAX_TERMS} words or {MAX_QUERY} bytes");
                Self::bad_request("query_too_long", message)
            }
        }
        .hint("for example /search?q=lyon")
    }
}

impl From<BatchError> for ApiError {
    fn from(error: BatchError) -> Self {
        let code = match error.kind {
            BatchErrorKind::Utf8 => "invalid_utf8",
            BatchErrorKind::Syntax => "malformed_json",
            BatchErrorKind::Document => "invalid_document",
            BatchErrorKind::Empty => "empty_batch",
        };
        let BatchError { message, line, column, .. } = error;
        Self {
            line: Some(line),
            column: Some(column),
            ..Self::bad_request(code, format!("line {line}, column {column}: {message}"))
                .hint("nothing was indexed: a batch is indexed as a whole or not at all")
        }
    }
}

impl From<StoreError> for ApiError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::SameIdTwice(_) => Self::bad_request("same_id_twice", error.to_string())
                .hint("nothing was indexed: a batch is indexed as a whole or not at all"),
            StoreError::NoIdLeft => {
                Self::new(StatusCode::CONFLICT, "no_id_left", error.to_string())
            }
            StoreError::Lmdb(heed::Error::Mdb(heed::MdbError::MapFull)) => {
                Self::new(StatusCode::INSUFFICIENT_STORAGE, "index_full", "the index is full")
            }
            _ => {
                tracing::error!(%error, "the store failed");
                Self::internal("the index cannot be read")
            }
        }
    }
}

impl From<ArenaError> for ApiError {
    fn from(error: ArenaError) -> Self {
        Self::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            "too_much_memory",
            format!("the request needs too much memory: {error}"),
        )
    }
}
