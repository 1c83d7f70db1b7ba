//! The extractors in rocket, with the statuses of rocket's own `Json` and `Form`.
//!
//! They do not check the content type, since rocket's `format = "json"` does.

use core::convert::Infallible;

use ::rocket::data::{self, ByteUnit, Data, FromData, Limits};
use ::rocket::http::Status;
use ::rocket::outcome::Outcome;
use ::rocket::request::{self, FromRequest};
use ::rocket::{Request, async_trait};

use super::{AnswersRejection, FormBody, JsonBody, QueryString, Rejection, RejectionKind};
use crate::into::rocket::Response;

/// Buffers the body, up to rocket's limit `json`.
#[async_trait]
impl<'r> FromData<'r> for JsonBody {
    type Error = Infallible;

    async fn from_data(request: &'r Request<'_>, data: Data<'r>) -> data::Outcome<'r, Self> {
        let limit = request.limits().get("json").unwrap_or(Limits::JSON);
        Outcome::Success(read(data, limit).await.map_or_else(Self::rejected, Self::new))
    }
}

/// Buffers the body, up to rocket's limit `form`.
#[async_trait]
impl<'r> FromData<'r> for FormBody {
    type Error = Infallible;

    async fn from_data(request: &'r Request<'_>, data: Data<'r>) -> data::Outcome<'r, Self> {
        let limit = request.limits().get("form").unwrap_or(Limits::FORM);
        Outcome::Success(read(data, limit).await.map_or_else(Self::rejected, Self::new))
    }
}

#[async_trait]
impl<'r> FromRequest<'r> for QueryString {
    type Error = Infallible;

    async fn from_request(request: &'r Request<'_>) -> request::Outcome<Self, Infallible> {
        let query = request.uri().query().map(|query| query.as_str().to_owned());
        Outcome::Success(Self::new(query.unwrap_or_default()))
    }
}

async fn read(data: Data<'_>, limit: ByteUnit) -> Result<Vec<u8>, Rejection> {
    match data.open(limit).into_bytes().await {
        Ok(bytes) if bytes.is_complete() => Ok(bytes.into_inner()),
        Ok(_) => {
            let text = format!("The body is larger than {limit}");
            Err(Rejection::new(RejectionKind::TooLarge, text))
        }
        Err(error) => Err(Rejection::new(RejectionKind::Reading, error.to_string())),
    }
}

/// Answers with the text. The catchers of the status do not run.
impl AnswersRejection for Response {
    fn answer_rejection(rejection: Rejection) -> Self {
        Self::from((Status::new(rejection.status()), rejection.to_string()))
    }
}
