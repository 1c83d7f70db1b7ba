//! Turning sampling on and off for a request.

use super::{PprofError, error};
use crate::jemalloc::profiling::{self, LONGEST, State, USUAL};

/// Turns jemalloc's sampling on for the time in the query of a request, `for=600` in seconds, and
/// for ten minutes without it. It then goes off by itself. Returns the text of the answer.
///
/// Call it only for requests of operators. [`activation`](super::activation) does so for axum.
///
/// ```
/// use request_arena_telemetry::pprof;
///
/// # fn run(query: &str) -> (u16, String) {
/// match pprof::activate(query) {
///     Ok(text) => (200, text),
///     Err(error) => (error.status(), error.to_string()),
/// }
/// # }
/// ```
///
/// # Errors
///
/// If the time is no whole number from 1 to 86,400, or if jemalloc is not ready to sample.
pub fn activate(query: &str) -> Result<String, PprofError> {
    let lasts = error::seconds(query, "for", LONGEST.as_secs())?.unwrap_or(USUAL);
    profiling::activate(lasts).map(said).map_err(PprofError::Switch)
}

/// Turns jemalloc's sampling off, also if it is on by the options of the process. Returns the text
/// of the answer.
///
/// # Errors
///
/// If there is no sampling that could be on.
pub fn deactivate() -> Result<String, PprofError> {
    profiling::deactivate().map(said).map_err(PprofError::Switch)
}

/// The state as a sentence.
fn said(state: State) -> String {
    let interval = profiling::sample_interval_bytes().unwrap_or_default();
    let every = format!("jemalloc samples one allocation in each {} KiB", interval >> 10);
    match state {
        State::Active { left: Some(left) } => {
            let seconds = left.as_secs_f64().ceil();
            format!("{every}. It goes off in {seconds} s.\n")
        }
        State::Active { .. } => format!(
            "{every}. It stays on, since the options of the process turned it on. \
             `POST deactivate` turns it off.\n"
        ),
        _ => "jemalloc does not sample.\n".to_owned(),
    }
}
