//! [`FormBody`]: the bytes of an urlencoded form.

use core::fmt;

use bytes::Bytes;
use request_arena_core::Arena;
use request_arena_core::deserialize::{DeserializeIn, FormError};

use super::Rejection;
use super::held::{self, Held, Text};
use super::rejection::Source;

/// The body of a request, to be parsed as `application/x-www-form-urlencoded` in an arena.
///
/// A parameter with `#[form]` has this type outside of its function. With the feature of a web
/// framework, it is an extractor of that framework. In axum, a `GET` request has its form in the
/// query string, as for axum's `Form`.
///
/// Extraction never fails. If there is no body to parse, the value keeps the [`Rejection`], and
/// [`parse_in`](FormBody::parse_in) returns it.
#[must_use]
pub struct FormBody {
    held: Held,
    source: Source,
}

impl FormBody {
    /// Holds the bytes of a form.
    ///
    /// A test that calls a handler passes it as the argument:
    ///
    /// ```
    /// use request_arena::collections::owned::HashMap;
    /// use request_arena::extract::{FormBody, Rejection};
    /// use request_arena::{Arena, request_arena};
    ///
    /// #[request_arena]
    /// fn fields(
    ///     _arena: Arena<'_>,
    ///     #[form] fields: HashMap<'_, &str, &str>,
    /// ) -> Result<usize, Rejection> {
    ///     Ok(fields.len())
    /// }
    ///
    /// assert_eq!(fields(FormBody::new("name=Ada&born=1815")).unwrap(), 2);
    /// ```
    pub fn new(bytes: impl Into<Bytes>) -> Self {
        Self { held: Ok(Text::Bytes(bytes.into())), source: Source::Form }
    }

    /// Holds the reason why there is no form, for a framework of your own.
    pub fn rejected(rejection: Rejection) -> Self {
        Self { held: Err(rejection), source: Source::Form }
    }

    /// Holds the query string of an address.
    #[cfg(any(feature = "axum", feature = "axum_0_7"))]
    pub(super) fn query_of(uri: http::Uri) -> Self {
        Self { held: Ok(Text::QueryOf(uri)), source: Source::Query }
    }

    /// Holds the body of a `HEAD` request, which is answered as a query string.
    #[cfg(any(feature = "axum", feature = "axum_0_7"))]
    pub(super) fn of_head(bytes: Bytes) -> Self {
        Self { held: Ok(Text::Bytes(bytes)), source: Source::Query }
    }

    /// Copies the form into the arena, parses it there, and frees the body.
    ///
    /// # Errors
    ///
    /// Fails if there is no form, and if it does not fit the type.
    ///
    /// # Panics
    ///
    /// If the arena is at its limit, as its other methods do.
    pub fn parse_in<'a, T: DeserializeIn<'a>>(self, arena: &Arena<'a>) -> Result<T, Rejection> {
        arena.form(self.held?).map_err(|error| rejection(self.source, &error))
    }

    /// Parses the form as [`parse_in`](FormBody::parse_in) does, without a panic at the limit.
    ///
    /// # Errors
    ///
    /// Fails under the same conditions, with [`TooLarge`](super::RejectionKind::TooLarge) if the
    /// arena is at its limit, and with [`Unavailable`](super::RejectionKind::Unavailable) if the
    /// service is at its budget. A collection over the arena still panics then.
    pub fn try_parse_in<'a, T: DeserializeIn<'a>>(self, arena: &Arena<'a>) -> Result<T, Rejection> {
        arena.try_form(self.held?).map_err(|error| rejection(self.source, &error))
    }
}

#[cold]
fn rejection(source: Source, error: &FormError) -> Rejection {
    let text = match source {
        Source::Query => "Failed to deserialize form",
        _ => "Failed to deserialize form body",
    };
    Rejection::of_form(source, text, error)
}

impl fmt::Debug for FormBody {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        held::debug("FormBody", &self.held, f)
    }
}
