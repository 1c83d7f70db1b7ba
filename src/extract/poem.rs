//! The extractors in poem, with the statuses of poem's own `Json`, `Form` and `Query`.

use ::poem::error::{ReadBodyError, ResponseError};
use ::poem::http::StatusCode;
use ::poem::{FromRequest, IntoResponse, Request, RequestBody, Response};
use bytes::Bytes;

use super::{
    AnswersRejection, FormBody, JsonBody, QueryString, Rejection, RejectionKind, content_type,
};

/// Buffers the body. poem's middleware `SizeLimit` sets a limit.
impl<'a> FromRequest<'a> for JsonBody {
    async fn from_request(request: &'a Request, body: &mut RequestBody) -> ::poem::Result<Self> {
        if let Err(rejection) = content_type::require_json(request.content_type()) {
            return Ok(Self::rejected(rejection));
        }
        Ok(match read(body).await {
            Ok(bytes) => Self::new(bytes),
            Err(error) => Self::rejected(error.into()),
        })
    }
}

/// The same.
impl<'a> FromRequest<'a> for FormBody {
    async fn from_request(request: &'a Request, body: &mut RequestBody) -> ::poem::Result<Self> {
        if let Err(rejection) = content_type::require_form(request.content_type()) {
            return Ok(Self::rejected(rejection));
        }
        Ok(match read(body).await {
            Ok(bytes) => Self::new(bytes),
            Err(error) => Self::rejected(error.into()),
        })
    }
}

impl<'a> FromRequest<'a> for QueryString {
    async fn from_request(request: &'a Request, _: &mut RequestBody) -> ::poem::Result<Self> {
        Ok(Self::new(request.uri().query().unwrap_or_default().to_owned()))
    }
}

async fn read(body: &mut RequestBody) -> Result<Bytes, ReadBodyError> {
    body.take()?.into_bytes().await
}

impl From<ReadBodyError> for Rejection {
    fn from(error: ReadBodyError) -> Self {
        let kind = match error {
            ReadBodyError::PayloadTooLarge => RejectionKind::TooLarge,
            _ => RejectionKind::Reading,
        };
        Self::new(kind, error.to_string())
    }
}

/// The status is 415 for a content type, 413 for a body that is too large, 503 without memory, and
/// 400 for all others.
impl ResponseError for Rejection {
    fn status(&self) -> StatusCode {
        match self.kind() {
            RejectionKind::ContentType => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            RejectionKind::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            RejectionKind::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
            _ => StatusCode::BAD_REQUEST,
        }
    }
}

impl IntoResponse for Rejection {
    fn into_response(self) -> Response {
        self.as_response()
    }
}

impl AnswersRejection for Response {
    fn answer_rejection(rejection: Rejection) -> Self {
        rejection.as_response()
    }
}
