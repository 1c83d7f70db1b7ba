//! What the doctor found last, as plain figures that an exporter can show whether or not the doctor
//! is compiled in.

use std::sync::{Mutex, PoisonError};

/// Whether a mode is found. Part of a [`Snapshot`](crate::Snapshot); judged once a minute by a
/// running `doctor::Doctor` (feature `doctor`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "debug-page", derive(serde::Serialize))]
#[non_exhaustive]
pub struct FindingReading {
    /// The mode's name: `long_lived_arena`.
    pub mode: &'static str,
    /// Whether it was found.
    pub found: bool,
}

static LAST: Mutex<Option<Vec<FindingReading>>> = Mutex::new(None);

/// Every mode, and whether it was found at the last judgement. `None` if no doctor has judged.
pub(crate) fn last() -> Option<Vec<FindingReading>> {
    LAST.lock().unwrap_or_else(PoisonError::into_inner).clone()
}

/// What was found now. `None` if there is no doctor any more.
#[cfg(feature = "doctor")]
pub(crate) fn publish(findings: Option<Vec<FindingReading>>) {
    *LAST.lock().unwrap_or_else(PoisonError::into_inner) = findings;
}
