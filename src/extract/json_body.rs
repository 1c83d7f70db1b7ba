//! [`JsonBody`]: the bytes of a JSON document.

use core::fmt;

use bytes::Bytes;
use request_arena_core::Arena;
use request_arena_core::deserialize::{DeserializeIn, JsonError};

use super::held::{self, Held, Text};
use super::rejection::Source;
use super::{Rejection, RejectionKind};

/// The body of a request, to be parsed as JSON in an arena.
///
/// A parameter with `#[json]` has this type outside of its function. With the feature of a web
/// framework, it is an extractor of that framework.
///
/// Extraction never fails. If there is no body to parse, the value keeps the [`Rejection`], and
/// [`parse_in`](JsonBody::parse_in) returns it.
#[must_use]
pub struct JsonBody(Held);

impl JsonBody {
    /// Holds the bytes of a document.
    ///
    /// A test that calls a handler passes it as the argument:
    ///
    /// ```
    /// use request_arena::extract::{JsonBody, Rejection};
    /// use request_arena::{Arena, request_arena};
    ///
    /// #[request_arena]
    /// fn total(_arena: Arena<'_>, #[json] prices: &[u32]) -> Result<u32, Rejection> {
    ///     Ok(prices.iter().sum())
    /// }
    ///
    /// assert_eq!(total(JsonBody::new("[1, 2, 3]")).unwrap(), 6);
    /// assert_eq!(total(JsonBody::new("[1, true]")).unwrap_err().path(), Some("[1]"));
    /// ```
    pub fn new(bytes: impl Into<Bytes>) -> Self {
        Self(Ok(Text::Bytes(bytes.into())))
    }

    /// Holds the reason why there is no document, for a framework of your own.
    pub fn rejected(rejection: Rejection) -> Self {
        Self(Err(rejection))
    }

    /// Copies the document into the arena, parses it there, and frees the body.
    ///
    /// # Errors
    ///
    /// Fails if there is no document, if it is malformed, and if it does not fit the type.
    ///
    /// # Panics
    ///
    /// If the arena is at its limit, as its other methods do.
    pub fn parse_in<'a, T: DeserializeIn<'a>>(self, arena: &Arena<'a>) -> Result<T, Rejection> {
        arena.json(self.0?).map_err(|error| rejection(&error))
    }

    /// Parses the document as [`parse_in`](JsonBody::parse_in) does, without a panic at the limit.
    ///
    /// # Errors
    ///
    /// Fails under the same conditions, with [`RejectionKind::TooLarge`] if the arena is at its
    /// limit, and with [`RejectionKind::Unavailable`] if the service is at its budget. A collection
    /// over the arena still panics then.
    pub fn try_parse_in<'a, T: DeserializeIn<'a>>(self, arena: &Arena<'a>) -> Result<T, Rejection> {
        arena.try_json(self.0?).map_err(|error| rejection(&error))
    }
}

#[cold]
fn rejection(error: &JsonError) -> Rejection {
    if let Some(refused) = error.refused() {
        return Rejection::at_limit(Source::Json, &refused);
    }
    let (kind, text) = if error.is_syntax() {
        (RejectionKind::Syntax, "Failed to parse the request body as JSON")
    } else {
        (RejectionKind::Data, "Failed to deserialize the JSON body into the target type")
    };
    Rejection::new(kind, format!("{text}: {error}"))
        .at(error.path())
        .on(error.line(), error.column())
}

impl fmt::Debug for JsonBody {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        held::debug("JsonBody", &self.0, f)
    }
}
