//! How an assertion fails: what was asked and found, further figures, and what to do next, a line
//! each.

use core::fmt::{Display, Write};
use core::panic::Location;

use request_arena_core::Site;

/// A message in the making.
#[derive(Debug)]
pub(super) struct Failure(String);

impl Failure {
    /// What was asked and found.
    pub(super) fn new(what: impl Display) -> Self {
        Self(what.to_string())
    }

    /// A line of figures.
    #[must_use]
    pub(super) fn line(self, line: impl Display) -> Self {
        self.labelled("", line)
    }

    /// What to do.
    #[must_use]
    pub(super) fn next(self, what: impl Display) -> Self {
        self.labelled("next: ", what)
    }

    /// Where the assertion stands, if the panic's own place is not that.
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

/// A site as messages name it.
pub(super) fn named(site: &Site) -> String {
    format!("scope `{}` ({}:{})", site.name(), site.file(), site.line())
}

/// `1 scope`, `2 scopes`.
pub(super) fn counted(count: u64, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}
