//! What the program reports about its work: requests without a scope, and phases that latencies are
//! compared with.

use core::fmt;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering::Relaxed};
use std::sync::{Mutex, PoisonError};

static REQUESTS: AtomicU64 = AtomicU64::new(0);

/// Requests that passed the layer of `request-arena-telemetry`.
static LAYERED: AtomicU64 = AtomicU64::new(0);

/// Adds to the number of requests that the service has served. Do not add requests that have a
/// scope of request-arena or pass the layer of `telemetry::count_requests()`: these are counted.
///
/// The doctor compares growth with the number of requests. Count jobs or messages if the service's
/// work comes in these. It is one relaxed atomic addition.
///
/// ```
/// request_arena_doctor::record_requests(1);
/// ```
pub fn record_requests(served: u64) {
    REQUESTS.fetch_add(served, Relaxed);
}

/// Counts a request that passed the layer of `request-arena-telemetry`.
#[doc(hidden)]
pub fn count_layered_request() {
    LAYERED.fetch_add(1, Relaxed);
}

/// The requests served so far: the ended scopes of each handler, and what the program recorded. A
/// request that passed the layer may have had scopes, too, so the larger of these two counts.
pub(super) fn served(ended: &[u64]) -> u64 {
    let ended: u64 = ended.iter().sum();
    ended.max(LAYERED.load(Relaxed)) + REQUESTS.load(Relaxed)
}

/// The most phases. Phases with later names count as the last one.
pub(super) const MOST_PHASES: usize = 8;

static NAMES: Mutex<[Option<&'static str>; MOST_PHASES]> = Mutex::new([None; MOST_PHASES]);
static RUNNING: [AtomicU32; MOST_PHASES] = [const { AtomicU32::new(0) }; MOST_PHASES];
static BEGUN: [AtomicU64; MOST_PHASES] = [const { AtomicU64::new(0) }; MOST_PHASES];

/// The name of the phase in which threads free memory that other threads allocated. Use it as
/// `activity(REMOTE_FREES)`.
pub const REMOTE_FREES: &str = "remote frees";

/// The name of the phase in which request threads give freed pages back to the operating system.
/// The doctor detects it by itself, if the allocator counts it.
pub const PURGING: &str = "purging";

/// Starts a phase of the program, which lasts until the value is dropped. The doctor compares
/// latencies during the phase with latencies outside of it.
///
/// ```
/// use request_arena_doctor::{activity, latency};
///
/// let search = latency("search");
/// let indexing = activity("indexing");
/// search.time(|| { /* one search */ });
/// drop(indexing);
/// ```
///
/// Looking the name up takes a lock. The phase itself costs two atomic additions.
#[must_use = "the phase ends when this is dropped"]
pub fn activity(name: &'static str) -> Activity {
    let phase = phase_of(name);
    RUNNING[phase].fetch_add(1, Relaxed);
    BEGUN[phase].fetch_add(1, Relaxed);
    Activity { phase }
}

fn phase_of(name: &'static str) -> usize {
    let mut names = NAMES.lock().unwrap_or_else(PoisonError::into_inner);
    let place = names
        .iter()
        .position(|known| known.is_none_or(|known| known == name))
        .unwrap_or(MOST_PHASES - 1);
    names[place].get_or_insert(name);
    place
}

/// A phase in progress. Made by [`activity`].
pub struct Activity {
    phase: usize,
}

impl Drop for Activity {
    fn drop(&mut self) {
        RUNNING[self.phase].fetch_sub(1, Relaxed);
    }
}

impl fmt::Debug for Activity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Activity").field(&phase_name(self.phase)).finish()
    }
}

/// The name of a phase. `None` if there is no phase of this number.
pub(super) fn phase_name(phase: usize) -> Option<&'static str> {
    NAMES.lock().unwrap_or_else(PoisonError::into_inner)[phase]
}

/// The phases in progress, as bits.
pub(super) fn phases_on() -> u8 {
    RUNNING
        .iter()
        .enumerate()
        .fold(0, |on, (phase, running)| on | (u8::from(running.load(Relaxed) > 0) << phase))
}

/// The number of times that each phase has started. A phase that is not in progress at two moments
/// occurred between them if this number changed.
pub(super) fn phases_begun() -> [u64; MOST_PHASES] {
    core::array::from_fn(|phase| BEGUN[phase].load(Relaxed))
}
