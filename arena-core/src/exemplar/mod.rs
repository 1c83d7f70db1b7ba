//! Exemplars: the trace of each handler's largest request, to go from a histogram to one request.
//!
//! A histogram of peaks shows that a request was large, and not which one. An exemplar is the trace
//! id of one such request. Name the function that knows the trace of the running request, once, at
//! the start of the service:
//!
//! ```
//! use std::cell::Cell;
//!
//! use request_arena_core::exemplar::{self, Trace};
//! use request_arena_core::{Site, report, scope};
//!
//! thread_local! {
//!     /// The service's own middleware sets it from the request's header `traceparent`.
//!     static TRACE: Cell<Option<Trace>> = const { Cell::new(None) };
//! }
//!
//! static SITE: Site = Site::new("thumbnail", module_path!(), file!(), line!());
//!
//! exemplar::trace_by(|| TRACE.get())?;
//!
//! let header = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
//! TRACE.set(Trace::of_traceparent(header));
//! scope(&SITE, |arena| { arena.alloc_slice_fill_copy(5000, 0_u8); });
//!
//! let largest = report().site("thumbnail").unwrap().exemplar.unwrap();
//! assert_eq!(largest.peak_used, 5000);
//! assert_eq!(largest.trace.trace_id.to_string(), "4bf92f3577b34da6a3ce929d0e0e4736");
//! # Ok::<(), exemplar::AlreadySet>(())
//! ```
//!
//! A thread-local is right only if a request keeps its thread until it ends. Other requests run on
//! the thread of an `async` handler while it waits. So an `async` service keeps the trace in
//! `tokio::task_local!`, as the guide's page [Operating] shows.
//!
//! With OpenTelemetry, `request_arena::telemetry` has that function for each version of its API:
//! `opentelemetry_0_33::current_trace`.
//!
//! [Operating]: https://github.com/request-arena/request-arena/blob/main/docs/book/src/operating.md#exemplars
//!
//! # Which request
//!
//! It is the request with the largest peak of those with a trace, in this minute and the one
//! before. Reading takes nothing away, so all readers see the same exemplar: two Prometheus servers
//! and the debug page. A reader that comes once a minute misses none.
//!
//! # Cost
//!
//! A scope that ends compares its peak with the largest one of its handler in this minute: one
//! relaxed load. The function is called only for a scope that is larger. If traces are sampled, it
//! is called for each scope that is larger than the largest sampled one. A handler keeps two
//! exemplars.

use core::fmt;
use core::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::cell::Cell;
use std::sync::OnceLock;
use std::time::SystemTime;

use crate::panics::Panics;
use crate::site::Site;
use crate::{clock, coverage};

mod answers;
mod largest;
mod trace;

pub use self::answers::Answers;
use self::answers::Heard;
pub(crate) use self::largest::Largest;
pub use self::trace::{SpanId, Trace, TraceId};

/// The trace of the largest request of a handler, see the [module](self).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Exemplar {
    /// Its trace.
    #[cfg_attr(feature = "serde", serde(flatten))]
    pub trace: Trace,
    /// The most bytes that it used at any moment, as in
    /// [`SiteReport::peak_used`](crate::SiteReport::peak_used).
    pub peak_used: u64,
    /// When its scope ended.
    #[cfg_attr(feature = "serde", serde(rename = "unix_ms", serialize_with = "unix_ms"))]
    pub at: SystemTime,
}

impl Exemplar {
    /// An exemplar of a request of another source, for tests and exporters.
    #[must_use]
    pub const fn new(trace: Trace, peak_used: u64, at: SystemTime) -> Self {
        Self { trace, peak_used, at }
    }
}

#[cfg(feature = "serde")]
fn unix_ms<S: serde::Serializer>(at: &SystemTime, serializer: S) -> Result<S::Ok, S::Error> {
    let since = at.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    serializer.serialize_u64(u64::try_from(since.as_millis()).unwrap_or(u64::MAX))
}

/// Returns the trace of the request that runs on this thread. `None` if it has no trace, or if its
/// trace is not sampled, so that there would be nothing to look at.
pub type Source = fn() -> Option<Trace>;

static SOURCE: OnceLock<Source> = OnceLock::new();

static HEARD: Heard = Heard::nothing();

/// The minute of the last [`turn`].
static MINUTE: AtomicU64 = AtomicU64::new(0);

thread_local! {
    /// Whether this thread is calling the source. A scope of the source itself has no exemplar.
    static IS_ASKING: Cell<bool> = const { Cell::new(false) };
}

/// Sets the function that knows the trace of the running request. Without it there are no
/// exemplars, and requests that ended before have none.
///
/// The function is called when a scope has ended, on the thread on which it ended. A panic of the
/// function costs the exemplar, and not the request. [`answers`] says whether that has happened.
///
/// # Errors
///
/// If a function is set already, which stays.
pub fn trace_by(source: Source) -> Result<(), AlreadySet> {
    SOURCE.set(source).map_err(|_| AlreadySet(()))?;
    // Sites that are listed from now on see the source.
    for site in Site::all() {
        site.largest.open();
    }
    Ok(())
}

/// The service has set its source of traces already.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AlreadySet(());

impl fmt::Display for AlreadySet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(
            "exemplars have a source of traces already; call `exemplar::trace_by` once, where the \
             service starts",
        )
    }
}

impl core::error::Error for AlreadySet {}

/// What the source has answered so far. `None` without a source.
///
/// ```
/// use request_arena_core::exemplar::{self, Answers};
/// use request_arena_core::{Site, scope};
///
/// static SITE: Site = Site::new("thumbnail", module_path!(), file!(), line!());
///
/// assert_eq!(exemplar::answers(), None);
/// exemplar::trace_by(|| None)?;
/// scope(&SITE, |arena| { arena.alloc(5); });
/// assert_eq!(exemplar::answers(), Some(Answers::NoTrace));
/// # Ok::<(), exemplar::AlreadySet>(())
/// ```
#[must_use]
pub fn answers() -> Option<Answers> {
    is_wanted().then(|| HEARD.read())
}

/// Whether there is a source.
pub(crate) fn is_wanted() -> bool {
    SOURCE.get().is_some()
}

/// Offers the peak of a scope of `site` that has ended and is counted. Foreign code may run, so the
/// thread's state must not be borrowed.
#[inline(always)]
pub(crate) fn offer(site: &'static Site, peak: u64) {
    if site.largest.is_below(peak) {
        keep(site, peak);
    }
}

#[cold]
#[inline(never)]
fn keep(site: &'static Site, peak: u64) {
    if let Some(trace) = ask() {
        let exemplar = Exemplar::new(trace, peak, SystemTime::now());
        site.largest.keep(exemplar, minute(clock::now()));
    }
}

/// Calls the source. Its allocations do not count as heap of an outer scope.
fn ask() -> Option<Trace> {
    let source = SOURCE.get()?;
    if IS_ASKING.replace(true) {
        return None;
    }
    let (mut answer, mut panics) = (None, Panics::default());
    coverage::own(|| panics.guard(|| answer = Some(source())));
    panics.discard();
    IS_ASKING.set(false);
    HEARD.note(match answer {
        Some(Some(_)) => Answers::Trace,
        Some(None) => Answers::NoTrace,
        None => Answers::Panicked,
    });
    answer.flatten()
}

/// The exemplar of `site` now.
pub(crate) fn of(site: &Site) -> Option<Exemplar> {
    site.largest.read(minute(clock::now()))
}

/// Begins a new minute of all sites, if it is time. The maintenance calls it.
pub(crate) fn turn(now: u64) {
    let minute = minute(now);
    if is_wanted() && MINUTE.fetch_max(minute, Relaxed) < minute {
        for site in Site::all() {
            site.largest.turn(minute);
        }
    }
}

/// The number of a minute, from the milliseconds of the coarse clock.
fn minute(now: u64) -> u64 {
    now / 60_000
}

#[cfg(test)]
mod tests;
