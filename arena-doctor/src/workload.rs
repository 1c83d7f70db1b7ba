//! What the program says of its work: requests that request-arena does not see, and phases with
//! which latencies are compared.

use core::fmt;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering::Relaxed};
use std::sync::{Mutex, PoisonError};

use request_arena_core::Report;

static REQUESTS: AtomicU64 = AtomicU64::new(0);

/// So many requests were served that had no scope of request-arena's. Those that had one are
/// counted by themselves.
///
/// Growth is told by regression against the number of requests: count whatever the service's work
/// comes in.
pub fn record_requests(served: u64) {
    REQUESTS.fetch_add(served, Relaxed);
}

/// Requests that were served: the scopes of a report that have ended, and those that had no scope.
pub(super) fn served(report: &Report) -> u64 {
    let ended: u64 = report.sites.iter().map(|site| site.outcomes.total()).sum();
    ended + REQUESTS.load(Relaxed)
}

/// The most phases that are told apart; those of later names count as the last one.
pub(super) const MOST_PHASES: usize = 8;

static NAMES: Mutex<[Option<&'static str>; MOST_PHASES]> = Mutex::new([None; MOST_PHASES]);
static RUNNING: [AtomicU32; MOST_PHASES] = [const { AtomicU32::new(0) }; MOST_PHASES];
static BEGUN: [AtomicU64; MOST_PHASES] = [const { AtomicU64::new(0) }; MOST_PHASES];

/// The name of the phase in which memory is freed by other threads than those that allocated it:
/// `activity(REMOTE_FREES)`.
pub const REMOTE_FREES: &str = "remote frees";

/// The name of the phase in which request threads give freed pages back to the operating system.
/// The doctor sees that one by itself, where the allocator says how often it did.
pub const PURGING: &str = "purging";

/// A phase of the program, until it is dropped: latencies are told apart by whether one of this
/// name was on.
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
/// Finding the name takes a lock; the phase itself is two atomic additions.
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

/// A phase that is on. Made by [`activity`].
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

/// The name of a phase; `None` if there is none of this number.
pub(super) fn phase_name(phase: usize) -> Option<&'static str> {
    NAMES.lock().unwrap_or_else(PoisonError::into_inner)[phase]
}

/// The phases that are on, as bits.
pub(super) fn phases_on() -> u8 {
    RUNNING
        .iter()
        .enumerate()
        .fold(0, |on, (phase, running)| on | (u8::from(running.load(Relaxed) > 0) << phase))
}

/// How often each phase has begun: one that is not on at two moments was between them if this has
/// moved.
pub(super) fn phases_begun() -> [u64; MOST_PHASES] {
    core::array::from_fn(|phase| BEGUN[phase].load(Relaxed))
}
