//! The heap profile over HTTP, as Go's `/debug/pprof/heap`: the functions that hold live memory,
//! for `go tool pprof`, Parca and Pyroscope.
//!
//! | route | answer |
//! |---|---|
//! | `GET /debug/pprof/heap` | the profile, in pprof's format; with `?seconds=30` the difference of two |
//! | `GET /debug/pprof/heap/flamegraph` | a picture; with `?seconds=30` what grew (feature `flamegraph`) |
//! | `POST /debug/pprof/heap/activate?for=600` | jemalloc samples for 600 s; [`activation`] only |
//! | `POST /debug/pprof/heap/deactivate` | it stops; [`activation`] only |
//!
//! ```no_run
//! # #[cfg(feature = "axum")]
//! # async fn run() -> std::io::Result<()> {
//! use request_arena_telemetry::{pprof, use_jemalloc};
//!
//! use_jemalloc!(profiling: ready);
//!
//! let operators: axum::Router = pprof::router()
//!     // Whoever reaches this listener may turn sampling on.
//!     .merge(pprof::activation(|_| true));
//! let private = tokio::net::TcpListener::bind("127.0.0.1:9464").await?;
//! axum::serve(private, operators).await
//! # }
//! ```
//!
//! Without sampling, the routes answer `412 Precondition Failed` with a text that says what to do.
//!
//! # What a reader costs
//!
//! A profile is taken on a thread of its own, one at a time, and all readers get the same bytes. It
//! is reused for twenty times as long as it took, and for five seconds at most. A difference is
//! taken for one reader at a time, and is not reused. `HeapProfile::MOST_BYTES` bounds the memory
//! for names.
//!
//! # Keep it private
//!
//! A profile shows names of functions and paths of source files. Mount it where only operators have
//! access, as the debug page.

use core::sync::atomic::{AtomicBool, Ordering};
use core::time::Duration;
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use request_arena_doctor::{HeapProfile, HeapProfileError};

use crate::rendering::flights::{Flights, apart};
use crate::{RenderError, Rendered};

mod error;
#[cfg(feature = "axum")]
mod router;
mod switch;

pub use error::PprofError;
#[cfg(feature = "axum")]
pub use router::{activation, router};
pub use switch::{activate, deactivate};

/// The longest time for which a difference is taken.
pub const MOST_SECONDS: u64 = 300;

/// The headers of a profile, as Go sends them. The profile itself is compressed, so it has no
/// `Content-Encoding`.
pub const HEADERS: [(&str, &str); 4] = [
    ("content-type", "application/octet-stream"),
    ("content-disposition", "attachment; filename=\"heap.pb.gz\""),
    ("x-content-type-options", "nosniff"),
    ("cache-control", "no-store"),
];

/// The headers of a flame graph. Its own script may run, apart from all other pages.
#[cfg(feature = "flamegraph")]
pub const FLAMEGRAPH_HEADERS: [(&str, &str); 4] = [
    ("content-type", "image/svg+xml"),
    (
        "content-security-policy",
        "sandbox allow-scripts; default-src 'none'; style-src 'unsafe-inline'; \
         script-src 'unsafe-inline'; frame-ancestors 'none'",
    ),
    ("x-content-type-options", "nosniff"),
    ("cache-control", "no-store"),
];

/// Whether a router is mounted, so that the debug page has links to it.
static IS_MOUNTED: AtomicBool = AtomicBool::new(false);

#[cfg_attr(not(feature = "debug-page"), expect(dead_code, reason = "the page has the links"))]
pub(crate) fn is_mounted() -> bool {
    IS_MOUNTED.load(Ordering::Relaxed)
}

/// Heap profiles for readers of HTTP. Clones share them.
///
/// For axum there is `router` (feature `axum`). With other servers, serve [`heap`](Self::heap) with
/// [`HEADERS`] at `/debug/pprof/heap`. `Bytes::from_owner` of the crate `bytes` takes the profile
/// as a body without a copy.
///
/// ```
/// use request_arena_telemetry::pprof::{HeapProfiles, PprofError};
///
/// # async fn run(query: &str) -> (u16, Vec<u8>) {
/// let profiles = HeapProfiles::new(); // one for all requests
/// let answer = async { profiles.heap(HeapProfiles::over(query)?).await };
/// match answer.await {
///     Ok(profile) => (200, profile.as_ref().to_vec()),
///     Err(error) => (error.status(), error.to_string().into_bytes()),
/// }
/// # }
/// ```
#[derive(Clone, Debug, Default)]
pub struct HeapProfiles(Arc<Inner>);

#[derive(Debug, Default)]
struct Inner {
    live: Flights<Form, Vec<u8>>,
    /// The end of the difference that is being taken.
    ends: Arc<Mutex<Option<Instant>>>,
}

/// The form of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    Pprof,
    #[cfg(feature = "flamegraph")]
    Flamegraph,
}

/// The right to take a difference. There is one.
struct Turn(Arc<Mutex<Option<Instant>>>);

impl HeapProfiles {
    /// Creates the state that readers share. It does nothing until one asks.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The time of a difference, from the query of a request: `seconds=30`. `None` without it.
    ///
    /// # Errors
    ///
    /// If it is no whole number from 1 to [`MOST_SECONDS`].
    pub fn over(query: &str) -> Result<Option<Duration>, PprofError> {
        error::seconds(query, "seconds", MOST_SECONDS)
    }

    /// The profile of live memory in pprof's format, gzipped. With `over`, the difference between
    /// now and that time later.
    ///
    /// It needs no runtime. A thread of its own takes the profile. If the future is dropped, a
    /// difference is not taken.
    ///
    /// # Errors
    ///
    /// If `over` is zero or longer than [`MOST_SECONDS`], if jemalloc does not sample, if another
    /// reader takes a difference, if the profile cannot be written or read, or if no thread can be
    /// started that waits for the end of a difference. [`PprofError::status`] is the status of the
    /// answer.
    pub async fn heap(&self, over: Option<Duration>) -> Result<Rendered<Vec<u8>>, PprofError> {
        self.render(Form::Pprof, over).await
    }

    /// The same as a flame graph: an SVG file, for [`FLAMEGRAPH_HEADERS`]. With `over` it has the
    /// stacks that grew.
    ///
    /// # Errors
    ///
    /// Fails under the same conditions as [`heap`](Self::heap), and if nothing was sampled yet, or
    /// nothing grew.
    #[cfg(feature = "flamegraph")]
    pub async fn flamegraph(
        &self,
        over: Option<Duration>,
    ) -> Result<Rendered<Vec<u8>>, PprofError> {
        self.render(Form::Flamegraph, over).await
    }

    async fn render(
        &self,
        form: Form,
        over: Option<Duration>,
    ) -> Result<Rendered<Vec<u8>>, PprofError> {
        if over.is_some_and(|over| over.is_zero() || over > Duration::from_secs(MOST_SECONDS)) {
            return Err(error::out_of_bounds("seconds", MOST_SECONDS));
        }
        let check = || HeapProfile::check().map_err(PprofError::unavailable);
        check()?;
        let rendered = match over {
            None => self.0.live.elsewhere(form, move || form.live()).await,
            Some(over) => self.difference(form, over).await?,
        };
        // Sampling may have gone off in the meantime.
        rendered.map_err(|error| check().err().unwrap_or_else(|| failed(error)))
    }

    async fn difference(
        &self,
        form: Form,
        over: Duration,
    ) -> Result<Result<Rendered<Vec<u8>>, RenderError>, PprofError> {
        let turn = Turn::take(&self.0.ends, over)?;
        // If the reader goes away, the thread learns it at once.
        let (_is_there, reader) = channel::<()>();
        let render = move || {
            let _turn = turn;
            let earlier = HeapProfile::take().map_err(RenderError::new)?;
            match reader.recv_timeout(over) {
                Err(RecvTimeoutError::Timeout) => form.since(&earlier),
                _ => Err(RenderError::new("the reader of a difference went away")),
            }
        };
        Ok(apart(render).await)
    }
}

impl Form {
    fn live(self) -> Result<Vec<u8>, RenderError> {
        let now = HeapProfile::take().map_err(RenderError::new)?;
        match self {
            Self::Pprof => Ok(now.to_pprof()),
            #[cfg(feature = "flamegraph")]
            Self::Flamegraph => picture(now.to_flamegraph()),
        }
    }

    fn since(self, earlier: &HeapProfile) -> Result<Vec<u8>, RenderError> {
        let now = HeapProfile::take().map_err(RenderError::new)?;
        now.check_since(earlier).map_err(RenderError::new)?;
        match self {
            Self::Pprof => Ok(now.to_pprof_since(earlier)),
            #[cfg(feature = "flamegraph")]
            Self::Flamegraph => picture(now.to_flamegraph_since(earlier)),
        }
    }
}

/// The bytes of a picture. Nothing to draw is an error, which is not kept for the next reader.
#[cfg(feature = "flamegraph")]
fn picture(drawn: Result<String, HeapProfileError>) -> Result<Vec<u8>, RenderError> {
    drawn.map(String::into_bytes).map_err(RenderError::new)
}

fn failed(error: RenderError) -> PprofError {
    let known = [HeapProfileError::NoSamples, HeapProfileError::Interrupted];
    match known.into_iter().find(|known| error == RenderError::new(known)) {
        Some(known) => PprofError::unavailable(known),
        None => PprofError::Failed(error),
    }
}

impl Turn {
    fn take(ends: &Arc<Mutex<Option<Instant>>>, over: Duration) -> Result<Self, PprofError> {
        let now = Instant::now();
        let mut known = ends.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(ends) = *known {
            return Err(PprofError::Busy(ends.saturating_duration_since(now)));
        }
        *known = Some(now + over);
        Ok(Self(Arc::clone(ends)))
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_difference_is_taken_at_a_time() {
        let ends = Arc::default();
        let first = Turn::take(&ends, Duration::from_secs(30)).unwrap();
        match Turn::take(&ends, Duration::from_secs(1)) {
            Err(PprofError::Busy(left)) => assert!(left <= Duration::from_secs(30), "{left:?}"),
            _ => panic!("two at a time"),
        }
        drop(first);
        assert!(Turn::take(&ends, Duration::from_secs(1)).is_ok());
    }

    #[test]
    fn the_time_of_a_difference_is_bounded() {
        let over = |query: &str| HeapProfiles::over(query).map_err(|error| error.to_string());
        assert_eq!(over(""), Ok(None));
        assert_eq!(over("debug=1&seconds=30"), Ok(Some(Duration::from_secs(30))));
        assert_eq!(over("seconds=300"), Ok(Some(Duration::from_secs(300))));
        for wrong in ["seconds=0", "seconds=301", "seconds=", "seconds=-1", "seconds=1.5"] {
            let error = over(wrong).unwrap_err();
            assert!(error.contains("from 1 to 300"), "{error}");
        }
    }
}
