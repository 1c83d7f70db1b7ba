//! The coarse clock: milliseconds since the process's first scope, moved on by the maintenance thread and by every report.
//!
//! Reading it is one load of a line that is written twice a second; a reading of the system's clock costs more than a whole scope.

use std::sync::OnceLock;
use std::sync::atomic::Ordering::Relaxed;
use std::time::Instant;

use crate::signals::SIGNALS;

static BEGAN: OnceLock<Instant> = OnceLock::new();

/// Milliseconds, as of the last [`advance`].
#[inline]
pub(crate) fn now() -> u64 {
    SIGNALS.now.load(Relaxed)
}

/// Moves the clock on to the real time, and returns it.
pub(crate) fn advance() -> u64 {
    let elapsed = BEGAN.get_or_init(Instant::now).elapsed();
    let now = u64::try_from(elapsed.as_millis()).unwrap_or(u64::MAX);
    SIGNALS.now.fetch_max(now, Relaxed).max(now)
}

/// Nanoseconds since the process's first scope, exactly: one reading of the system's clock.
pub(crate) fn exact() -> u64 {
    let elapsed = BEGAN.get_or_init(Instant::now).elapsed();
    u64::try_from(elapsed.as_nanos()).unwrap_or(u64::MAX)
}
