//! The part of admission control without the feature `admission`: nothing.

use maud::{Markup, html};

use crate::Snapshot;

pub(super) fn sections(_: &Snapshot) -> Markup {
    html! {}
}

/// No gate exists.
pub(super) const fn document(_: &Snapshot) -> [(); 0] {
    []
}
