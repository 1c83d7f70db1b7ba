//! [`Rejection`]: why a request was not parsed.

use core::fmt;
use std::borrow::Cow;
use std::error::Error;

use request_arena_core::deserialize::FormError;
use request_arena_core::{ArenaError, RefusedBy};

/// The reason why a request was not parsed.
///
/// Its text says what is wrong and where, for the client:
///
/// ```text
/// Failed to deserialize the JSON body into the target type: items[3].price: invalid type: string
/// "free", expected u32 at line 1 column 87
/// ```
///
/// With the feature of a web framework, the framework's response type answers it as the framework's
/// own extractor does. A type of yours answers it if it implements `From<Rejection>`.
#[derive(Debug)]
pub struct Rejection(Box<Parts>);

#[derive(Debug)]
struct Parts {
    kind: RejectionKind,
    source: Source,
    text: Cow<'static, str>,
    path: Option<String>,
    position: Option<(usize, usize)>,
}

/// The part of the request that was to be parsed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Source {
    Json,
    Form,
    Query,
}

/// The kinds of a [`Rejection`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum RejectionKind {
    /// The content type is missing, or is another one: status 415.
    ContentType,
    /// The body exceeds the framework's limit, or the limit of the arena: status 413.
    TooLarge,
    /// The service has no memory for this request now, by its
    /// [budget](crate::Settings::budget) or by its allocator: status 503.
    Unavailable,
    /// The connection failed while the body was read: status 400.
    Reading,
    /// The text is malformed: status 400.
    Syntax,
    /// The text is well-formed, and does not fit the type: status 422, or 400 for a query string.
    Data,
}

impl Rejection {
    /// Makes a rejection with the status of its kind.
    ///
    /// ```
    /// use request_arena::extract::{Rejection, RejectionKind};
    ///
    /// let rejection = Rejection::new(RejectionKind::TooLarge, "a body has at most 10 items");
    /// assert_eq!(rejection.status(), 413);
    /// ```
    #[must_use]
    pub fn new(kind: RejectionKind, text: impl Into<Cow<'static, str>>) -> Self {
        let (text, source) = (text.into(), Source::Json);
        Self(Box::new(Parts { kind, source, text, path: None, position: None }))
    }

    /// Returns the kind.
    #[must_use]
    pub fn kind(&self) -> RejectionKind {
        self.0.kind
    }

    /// Returns the HTTP status that axum's extractors answer with.
    #[must_use]
    pub fn status(&self) -> u16 {
        match self.0.kind {
            RejectionKind::ContentType => 415,
            RejectionKind::TooLarge => 413,
            RejectionKind::Unavailable => 503,
            RejectionKind::Data if self.0.source != Source::Query => 422,
            RejectionKind::Reading | RejectionKind::Syntax | RejectionKind::Data => 400,
        }
    }

    /// Returns the path to the wrong value, such as `items[3].price`.
    ///
    /// It is `None` for the whole document, and if the text was not read.
    #[must_use]
    pub fn path(&self) -> Option<&str> {
        self.0.path.as_deref()
    }

    /// Returns the line of the error, from 1. A query string or a form has none.
    #[must_use]
    pub fn line(&self) -> Option<usize> {
        Some(self.0.position?.0)
    }

    /// Returns the column of the error in its line, in bytes from 1.
    #[must_use]
    pub fn column(&self) -> Option<usize> {
        Some(self.0.position?.1)
    }

    /// A rejection of text that the arena has no room for. The client may read its text, so it has
    /// no name and no source line of the handler. The event of the scope logs those.
    pub(super) fn at_limit(source: Source, refused: &ArenaError) -> Self {
        let (kind, text): (_, Cow<'static, str>) = match (refused.refused_by(), refused.limit()) {
            (RefusedBy::Limit, Some(limit)) => (
                RejectionKind::TooLarge,
                format!("the request needs more memory than its limit of {limit} bytes").into(),
            ),
            (RefusedBy::Budget | RefusedBy::Allocator, _) => (
                RejectionKind::Unavailable,
                "the service has no memory for this request now: try again later".into(),
            ),
            _ => (RejectionKind::TooLarge, "the request needs more memory than there is".into()),
        };
        Self::new(kind, text).of(source)
    }

    /// A rejection of a form or a query string. `text` says what failed.
    pub(super) fn of_form(source: Source, text: &str, error: &FormError) -> Self {
        if let Some(refused) = error.refused() {
            return Self::at_limit(source, &refused);
        }
        let text = format!("{text}: {error}");
        Self::new(RejectionKind::Data, text).of(source).at(error.path())
    }

    #[cfg(feature = "actix-web")]
    pub(super) fn source(&self) -> Source {
        self.0.source
    }

    pub(super) fn of(mut self, source: Source) -> Self {
        self.0.source = source;
        self
    }

    pub(super) fn at(mut self, path: &str) -> Self {
        self.0.path = Some(path).filter(|path| !path.is_empty()).map(str::to_owned);
        self
    }

    /// Adds the place of an error. serde_json's line 0 means that there is none.
    pub(super) fn on(mut self, line: usize, column: usize) -> Self {
        self.0.position = (line > 0).then_some((line, column));
        self
    }
}

impl fmt::Display for Rejection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.text)
    }
}

impl Error for Rejection {}
