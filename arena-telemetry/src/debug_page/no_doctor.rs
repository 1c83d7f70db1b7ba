//! The doctor's section without the feature `doctor`: nothing.

use maud::{Markup, html};

/// No overview exists.
#[derive(Debug)]
pub(super) enum Overview {}

pub(super) const fn overview() -> Option<Overview> {
    None
}

pub(super) fn section(overview: &Overview) -> Markup {
    match *overview {}
}

pub(super) fn absent() -> Markup {
    html! {}
}

pub(super) const fn document(overview: &Overview) {
    match *overview {}
}
