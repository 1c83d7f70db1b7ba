//! The page without heap profiles: the feature `heap-profile` is off.

use maud::Markup;

/// Nothing.
pub(super) fn section() -> Markup {
    Markup::default()
}
