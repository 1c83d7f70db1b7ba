//! The doctor's section where the feature `doctor` is off: there is none, and no way to have one.

use maud::{Markup, html};

/// What nobody says.
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
