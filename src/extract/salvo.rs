//! The extractors in salvo.

use salvo_core::extract::{Extractible, Metadata};
use salvo_core::http::{ParseError, StatusCode};
use salvo_core::{Depot, Request, Response, Writer, async_trait};

use super::{FormBody, JsonBody, QueryString, Rejection, RejectionKind, content_type};

/// Buffers the body, up to the request's `secure_max_size`.
impl<'r> Extractible<'r> for JsonBody {
    fn metadata() -> &'static Metadata {
        static METADATA: Metadata = Metadata::new("JsonBody");
        &METADATA
    }

    #[expect(refining_impl_trait, reason = "it does not fail")]
    async fn extract(request: &'r mut Request) -> Result<Self, ParseError> {
        if let Err(rejection) = content_type::require_json(content_type_of(request)) {
            return Ok(Self::rejected(rejection));
        }
        Ok(match request.payload().await {
            Ok(bytes) => Self::new(bytes.clone()),
            Err(error) => Self::rejected(from_salvo(&error)),
        })
    }
}

/// The same.
impl<'r> Extractible<'r> for FormBody {
    fn metadata() -> &'static Metadata {
        static METADATA: Metadata = Metadata::new("FormBody");
        &METADATA
    }

    #[expect(refining_impl_trait, reason = "it does not fail")]
    async fn extract(request: &'r mut Request) -> Result<Self, ParseError> {
        if let Err(rejection) = content_type::require_form(content_type_of(request)) {
            return Ok(Self::rejected(rejection));
        }
        Ok(match request.payload().await {
            Ok(bytes) => Self::new(bytes.clone()),
            Err(error) => Self::rejected(from_salvo(&error)),
        })
    }
}

impl<'r> Extractible<'r> for QueryString {
    fn metadata() -> &'static Metadata {
        static METADATA: Metadata = Metadata::new("QueryString");
        &METADATA
    }

    #[expect(refining_impl_trait, reason = "it does not fail")]
    async fn extract(request: &'r mut Request) -> Result<Self, ParseError> {
        Ok(Self::new(request.uri().query().unwrap_or_default().to_owned()))
    }
}

fn content_type_of(request: &Request) -> Option<&str> {
    request.headers().get("content-type")?.to_str().ok()
}

fn from_salvo(error: &ParseError) -> Rejection {
    // salvo hides the error of a body above the limit in a box.
    let kind = match error {
        ParseError::Other(_) => RejectionKind::TooLarge,
        _ => RejectionKind::Reading,
    };
    Rejection::new(kind, error.to_string())
}

/// Answers with the text, and with the status of axum's extractors. salvo's own answer has the
/// status 400 for all of them, and hides the reason.
#[async_trait]
impl Writer for Rejection {
    async fn write(self, _: &mut Request, _: &mut Depot, response: &mut Response) {
        let status = StatusCode::from_u16(self.status()).unwrap_or(StatusCode::BAD_REQUEST);
        response.status_code(status);
        response.render(self.to_string());
    }
}
