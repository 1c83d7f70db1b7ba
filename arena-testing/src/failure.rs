//! The message of a failed assertion: the expected and the actual figure, further figures, and what
//! to do next. Each is a line.

use core::fmt::{Display, Write};
use core::panic::Location;

use request_arena_core::Site;

/// A message under construction.
#[derive(Debug)]
pub(super) struct Failure(String);

impl Failure {
    /// A message that starts with the expected and the actual figure.
    pub(super) fn new(what: impl Display) -> Self {
        Self(what.to_string())
    }

    /// A line of figures.
    #[must_use]
    pub(super) fn line(self, line: impl Display) -> Self {
        self.labelled("", line)
    }

    /// A line that says what to do.
    #[must_use]
    pub(super) fn next(self, what: impl Display) -> Self {
        self.labelled("next: ", what)
    }

    /// The source line of the assertion, if the panic does not have it.
    #[must_use]
    pub(super) fn at(self, place: &Location<'_>) -> Self {
        self.labelled("asserted at ", place)
    }

    fn labelled(mut self, label: &str, line: impl Display) -> Self {
        _ = write!(self.0, "\n  {label}{line}");
        self
    }

    #[track_caller]
    pub(super) fn panic(self) -> ! {
        panic!("{}", self.0)
    }
}

/// A handler with its source line.
pub(super) fn named(site: &Site) -> String {
    format!("scope `{}` ({}:{})", site.name(), site.file(), site.line())
}

/// `1 scope`, `2 scopes`.
pub(super) fn counted(count: u64, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}
