//! The body of a response, in a buffer of the pool.

use request_arena_core::ResponseBuffer;
use request_arena_core::expansion::{Place, Prepared};

/// The content of a body. Each framework has a content type for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Plain text.
    Text,
    /// Bytes without a type.
    Bytes,
    /// HTML.
    Html,
    /// JSON.
    Json,
}

/// The body of a response. It borrows nothing from the arena.
#[derive(Debug)]
pub struct Body {
    pub(super) kind: Kind,
    pub(super) bytes: ResponseBuffer,
}

impl Body {
    /// Copies bytes. Panics at the scope's limit, as an allocation in the arena does.
    pub(super) fn copy(place: Place, kind: Kind, content: &[u8]) -> Self {
        let mut bytes = place.buffer();
        if let Err(error) = bytes.try_extend(content) {
            place.panic_with(error);
        }
        bytes.measure();
        Self { kind, bytes }
    }

    /// Serialises a value as JSON.
    #[cfg(feature = "__json")]
    pub(super) fn json(
        place: Place,
        value: &(impl serde::Serialize + ?Sized),
    ) -> Result<Self, serde_json::Error> {
        let mut bytes = place.buffer();
        let written = serde_json::to_writer(&mut bytes, value);
        if let Some(error) = bytes.refusal() {
            place.panic_with(error);
        }
        match written {
            Ok(()) => {
                bytes.measure();
                Ok(Self { kind: Kind::Json, bytes })
            }
            Err(error) => {
                bytes.discard();
                Err(error)
            }
        }
    }

    /// The bytes as a framework takes them. This allocates the owner of the buffer.
    #[cfg(any(
        feature = "axum",
        feature = "axum_0_7",
        feature = "actix-web",
        feature = "poem",
        feature = "warp"
    ))]
    pub(super) fn into_bytes(self) -> bytes::Bytes {
        bytes::Bytes::from_owner(self.bytes)
    }
}

/// A response of a framework that can be made from a body.
pub trait FromBody: Sized {
    /// The response, before the scope ends.
    type Prepared: Prepared<Response = Self>;

    /// Prepares a response with status 200.
    fn prepare(body: Body) -> Self::Prepared;

    /// Answers a value that cannot be serialised as the framework answers it.
    #[cfg(feature = "__json")]
    fn prepare_error(error: &serde_json::Error, place: Place) -> Self::Prepared;
}

/// A framework that makes its response after the scope has ended.
#[cfg(any(feature = "actix-web", feature = "poem", feature = "warp"))]
pub trait Respond: Sized {
    /// A status of the framework.
    type Status;

    /// Makes the response of a body, with status 200.
    fn respond(body: Body) -> Self;

    /// Changes the status.
    fn with_status(self, status: Self::Status) -> Self;
}

/// The content of a response, and a status that replaces the usual one.
#[cfg(any(feature = "actix-web", feature = "poem", feature = "warp"))]
#[derive(Debug)]
pub struct Later<R: Respond> {
    content: Content<R>,
    status: Option<R::Status>,
}

#[cfg(any(feature = "actix-web", feature = "poem", feature = "warp"))]
#[derive(Debug)]
enum Content<R> {
    Body(Body),
    Complete(R),
}

#[cfg(any(feature = "actix-web", feature = "poem", feature = "warp"))]
impl<R: Respond> Later<R> {
    pub(super) fn of(body: Body) -> Self {
        Self { content: Content::Body(body), status: None }
    }

    #[cfg(any(feature = "actix-web", feature = "poem"))]
    pub(super) fn with_status(self, status: R::Status) -> Self {
        Self { status: Some(status), ..self }
    }
}

#[cfg(any(feature = "actix-web", feature = "poem", feature = "warp"))]
impl<R: Respond> Prepared for Later<R> {
    type Response = R;

    fn ready(response: R) -> Self {
        Self { content: Content::Complete(response), status: None }
    }

    fn respond(self) -> R {
        let response = match self.content {
            Content::Body(body) => R::respond(body),
            Content::Complete(response) => response,
        };
        match self.status {
            Some(status) => response.with_status(status),
            None => response,
        }
    }
}
