//! The coarse clock: milliseconds since the process's first scope. The maintenance thread and every
//! report advance it.
//!
//! Reading it is one load from a cache line that is written twice a second. Reading the system's
//! clock costs more than a whole scope.

use std::sync::OnceLock;
use std::sync::atomic::Ordering::Relaxed;
use std::time::Instant;

use crate::signals::SIGNALS;

static BEGAN: OnceLock<Instant> = OnceLock::new();

/// Milliseconds as of the last [`advance`].
#[inline]
pub(crate) fn now() -> u64 {
    SIGNALS.now.load(Relaxed)
}

/// Advances the clock to the real time, and returns that time.
pub(crate) fn advance() -> u64 {
    let elapsed = BEGAN.get_or_init(Instant::now).elapsed();
    let now = u64::try_from(elapsed.as_millis()).unwrap_or(u64::MAX);
    SIGNALS.now.fetch_max(now, Relaxed).max(now)
}

/// The time of the last look at the open scopes, in nanoseconds. A scope stores it when it opens,
/// instead of the exact time.
#[inline(always)]
pub(crate) fn last_look() -> u64 {
    SIGNALS.look.load(Relaxed)
}

/// Begins a look at the open scopes and returns its time in nanoseconds, which is later than that
/// of any earlier look. Scopes that open from now on store this time, so two looks must never share
/// one.
///
/// Looks run one at a time: the caller holds the lock of [`crate::slot::registry::open_scopes`].
pub(crate) fn begin_look() -> u64 {
    advance();
    let look = exact().max(last_look() + 1);
    SIGNALS.look.store(look, Relaxed);
    look
}

/// The exact nanoseconds since the process's first scope. Costs one reading of the system's clock.
pub(crate) fn exact() -> u64 {
    let elapsed = BEGAN.get_or_init(Instant::now).elapsed();
    u64::try_from(elapsed.as_nanos()).unwrap_or(u64::MAX)
}
