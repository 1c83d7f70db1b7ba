//! Why a request was refused.

use core::fmt;
use core::time::Duration;

/// Why a request was refused, or in measure mode would have been.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "snake_case"))]
#[non_exhaustive]
pub enum Reason {
    /// The request needs more than the limit less the reserve. It does not wait.
    TooLarge,
    /// The queue was full.
    QueueFull,
    /// Another request took its place in a full queue.
    Displaced,
    /// There was no room until its deadline.
    Deadline,
}

impl Reason {
    /// All reasons, in the order of their counters.
    pub const ALL: [Self; 4] = [Self::TooLarge, Self::QueueFull, Self::Displaced, Self::Deadline];

    /// The name that labels and log fields use.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::TooLarge => "too_large",
            Self::QueueFull => "queue_full",
            Self::Displaced => "displaced",
            Self::Deadline => "deadline",
        }
    }
}

/// The error of a request that was not admitted. It reserves nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Refused {
    /// Why.
    pub reason: Reason,
    /// The name of the handler.
    pub handler: &'static str,
    /// The bytes that the request was expected to need.
    pub weight_bytes: u64,
    /// When the client should try again. The times are spread, so that refused clients do not all
    /// return at once.
    pub retry_after: Duration,
}

impl Refused {
    /// [`retry_after`](Self::retry_after) for the header `Retry-After`: whole seconds, at least 1.
    #[must_use]
    pub fn retry_after_seconds(&self) -> u64 {
        (self.retry_after.as_secs_f64().ceil() as u64).max(1)
    }

    /// The answer of a layer: `503 Service Unavailable` with `Retry-After`, and the default body.
    ///
    /// ```
    /// use axum::response::Response;
    /// use request_arena_admission::Admission;
    /// use request_arena_core::{Site, scope};
    ///
    /// static IMPORT: Site = Site::new("import", module_path!(), file!(), line!());
    ///
    /// async fn import(admission: Admission, text: String) -> Response {
    ///     let _permit = match admission.admit(&IMPORT).await {
    ///         Ok(permit) => permit,
    ///         Err(refused) => return refused.response(),
    ///     };
    ///     Response::new(scope(&IMPORT, |arena| arena.alloc_str(&text).len()).to_string().into())
    /// }
    /// ```
    #[cfg(feature = "tower")]
    #[must_use]
    pub fn response<B: Default>(&self) -> http::Response<B> {
        let mut response = http::Response::new(B::default());
        *response.status_mut() = http::StatusCode::SERVICE_UNAVAILABLE;
        let seconds = http::HeaderValue::from(self.retry_after_seconds());
        response.headers_mut().insert(http::header::RETRY_AFTER, seconds);
        response
    }
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { reason, handler, weight_bytes, retry_after } = self;
        let seconds = retry_after.as_secs_f64();
        write!(f, "no memory for a request of `{handler}`, which needs {weight_bytes} bytes: ")?;
        match reason {
            Reason::TooLarge => f.write_str(
                "this is more than the whole budget; raise the container's limit or lower what \
                 the handler takes",
            ),
            Reason::QueueFull => {
                write!(f, "too many requests wait already; try again in {seconds:.1} s")
            }
            Reason::Displaced => write!(
                f,
                "a request that is served earlier took its place in the full queue; try again in \
                 {seconds:.1} s"
            ),
            Reason::Deadline => {
                write!(f, "there was no room until its deadline; try again in {seconds:.1} s")
            }
        }
    }
}

impl core::error::Error for Refused {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_header_has_whole_seconds_and_never_0() {
        let seconds = |retry_after| {
            let (reason, handler, weight_bytes) = (Reason::Deadline, "search", 1);
            Refused { reason, handler, weight_bytes, retry_after }.retry_after_seconds()
        };
        assert_eq!(seconds(Duration::ZERO), 1);
        assert_eq!(seconds(Duration::from_secs(2)), 2);
        assert_eq!(seconds(Duration::from_millis(2001)), 3);
    }
}
