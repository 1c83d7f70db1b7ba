//! The doctor's section where the feature `doctor` is off: there is none, and no way to have one.

use maud::{Markup, html};

/// What nobody says.
#[derive(Debug)]
pub(super) enum Glance {}

pub(super) const fn glance() -> Option<Glance> {
    None
}

pub(super) fn section(glance: &Glance) -> Markup {
    match *glance {}
}

pub(super) fn absent() -> Markup {
    html! {}
}

pub(super) const fn document(glance: &Glance) {
    match *glance {}
}
