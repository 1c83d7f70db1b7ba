//! Why there is no profile, with the status of HTTP.

use core::fmt;
use core::time::Duration;

use request_arena_doctor::HeapProfileError;

use crate::RenderError;
use crate::jemalloc::profiling::SwitchError;

/// Why a request for a heap profile, or to turn sampling on or off, is refused. Its `Display` is
/// the body of the answer, and says what to do.
#[derive(Debug)]
#[non_exhaustive]
pub enum PprofError {
    /// jemalloc does not sample, has no sample yet, or was off for a part of a difference: `412
    /// Precondition Failed`.
    Unavailable(String),
    /// The query is wrong: `400 Bad Request`.
    Query(String),
    /// Another reader takes a difference, for this time: `503 Service Unavailable`.
    Busy(Duration),
    /// The profile cannot be taken: `500 Internal Server Error`.
    Failed(RenderError),
    /// Sampling cannot be turned on or off: `412` if it is not ready, otherwise `500`.
    Switch(SwitchError),
}

impl PprofError {
    /// The status of the answer.
    ///
    /// ```
    /// use request_arena_telemetry::pprof::HeapProfiles;
    ///
    /// assert_eq!(HeapProfiles::over("seconds=many").unwrap_err().status(), 400);
    /// ```
    #[must_use]
    pub const fn status(&self) -> u16 {
        match self {
            Self::Unavailable(_) | Self::Switch(SwitchError::NotReady(_)) => 412,
            Self::Query(_) | Self::Switch(SwitchError::Time(_)) => 400,
            Self::Busy(_) => 503,
            Self::Failed(_) | Self::Switch(_) => 500,
        }
    }

    /// The seconds for the header `Retry-After`, if it is worth trying again.
    #[must_use]
    pub const fn retry_after(&self) -> Option<u64> {
        match self {
            Self::Busy(left) => Some(left.as_secs() + 1),
            _ => None,
        }
    }

    pub(super) fn unavailable(error: HeapProfileError) -> Self {
        Self::Unavailable(error.to_string())
    }
}

impl fmt::Display for PprofError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unavailable(reason) => write!(f, "no heap profile: {reason}"),
            Self::Query(problem) => f.write_str(problem),
            Self::Busy(left) => write!(
                f,
                "another reader takes a difference: ask again in {} s",
                left.as_secs() + 1
            ),
            Self::Failed(error) => error.fmt(f),
            Self::Switch(error) => error.fmt(f),
        }
    }
}

impl core::error::Error for PprofError {
    fn source(&self) -> Option<&(dyn core::error::Error + 'static)> {
        match self {
            Self::Failed(error) => Some(error),
            Self::Switch(error) => Some(error),
            Self::Unavailable(_) | Self::Query(_) | Self::Busy(_) => None,
        }
    }
}

/// A time in whole seconds from a query, at most `most` of them. `None` if the query does not have
/// it.
pub(super) fn seconds(query: &str, key: &str, most: u64) -> Result<Option<Duration>, PprofError> {
    let mut pairs = form_urlencoded::parse(query.as_bytes());
    let Some((_, value)) = pairs.find(|(name, _)| name == key) else { return Ok(None) };
    match value.parse() {
        Ok(seconds) if (1..=most).contains(&seconds) => Ok(Some(Duration::from_secs(seconds))),
        _ => Err(out_of_bounds(key, most)),
    }
}

/// The error of a time that is too long or none.
pub(super) fn out_of_bounds(key: &str, most: u64) -> PprofError {
    PprofError::Query(format!(
        "`{key}` is no whole number of seconds from 1 to {most}: write `?{key}=30`"
    ))
}
