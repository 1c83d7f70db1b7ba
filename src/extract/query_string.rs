//! [`QueryString`]: the query string of a request's address.

use core::fmt;

use bytes::Bytes;
use request_arena_core::Arena;
use request_arena_core::deserialize::{DeserializeIn, FormError};

use super::Rejection;
use super::held::{self, Held, Text};
use super::rejection::Source;

/// The query string of a request's address, to be parsed in an arena.
///
/// A parameter with `#[query]` has this type outside of its function. With the feature of a web
/// framework, it is an extractor of that framework. An address without a query string has an empty
/// one.
#[must_use]
pub struct QueryString(Held);

impl QueryString {
    /// Holds a query string, without the question mark.
    ///
    /// A test that calls a handler passes it as the argument:
    ///
    /// ```
    /// use request_arena::collections::owned::HashMap;
    /// use request_arena::extract::{QueryString, Rejection};
    /// use request_arena::{Arena, request_arena};
    ///
    /// #[request_arena]
    /// fn page(
    ///     _arena: Arena<'_>,
    ///     #[query] query: HashMap<'_, &str, u32>,
    /// ) -> Result<u32, Rejection> {
    ///     Ok(query["page"])
    /// }
    ///
    /// assert_eq!(page(QueryString::new("page=3")).unwrap(), 3);
    /// assert_eq!(page(QueryString::new("page=no")).unwrap_err().status(), 400);
    /// ```
    pub fn new(query: impl Into<Bytes>) -> Self {
        Self(Ok(Text::Bytes(query.into())))
    }

    /// Holds the reason why there is no query string, for a framework of your own.
    pub fn rejected(rejection: Rejection) -> Self {
        Self(Err(rejection))
    }

    /// Holds the query string of an address.
    #[cfg(any(feature = "axum", feature = "axum_0_7"))]
    pub(super) fn of(uri: http::Uri) -> Self {
        Self(Ok(Text::QueryOf(uri)))
    }

    /// Copies the query string into the arena, and parses it there.
    ///
    /// # Errors
    ///
    /// Fails if the query string does not fit the type.
    ///
    /// # Panics
    ///
    /// If the arena is at its limit, as its other methods do.
    pub fn parse_in<'a, T: DeserializeIn<'a>>(self, arena: &Arena<'a>) -> Result<T, Rejection> {
        arena.form(self.0?).map_err(|error| rejection(&error))
    }

    /// Parses the query string as [`parse_in`](QueryString::parse_in) does, without a panic at the
    /// limit.
    ///
    /// # Errors
    ///
    /// Fails under the same conditions, with [`TooLarge`](super::RejectionKind::TooLarge) if the
    /// arena is at its limit, and with [`Unavailable`](super::RejectionKind::Unavailable) if the
    /// service is at its budget. A collection over the arena still panics then.
    pub fn try_parse_in<'a, T: DeserializeIn<'a>>(self, arena: &Arena<'a>) -> Result<T, Rejection> {
        arena.try_form(self.0?).map_err(|error| rejection(&error))
    }
}

#[cold]
fn rejection(error: &FormError) -> Rejection {
    Rejection::of_form(Source::Query, "Failed to deserialize query string", error)
}

impl fmt::Debug for QueryString {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        held::debug("QueryString", &self.0, f)
    }
}
