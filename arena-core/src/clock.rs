//! The coarse clock: milliseconds since the process's first scope, moved on by the maintenance
//! thread and by every report.
//!
//! Reading it is one load of a line that is written twice a second; a reading of the system's clock
//! costs more than a whole scope.

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

/// When somebody last looked at the open scopes, in nanoseconds: what a scope keeps of the moment
/// when it opens.
#[inline(always)]
pub(crate) fn last_look() -> u64 {
    SIGNALS.look.load(Relaxed)
}

/// Begins a look at the open scopes, and returns its time in nanoseconds: later than any look
/// before. A scope that opens from now on keeps this time, so no two looks may share one.
///
/// One look at a time: the caller holds the lock of [`crate::slot::open_scopes`].
pub(crate) fn begin_look() -> u64 {
    advance();
    let look = exact().max(last_look() + 1);
    SIGNALS.look.store(look, Relaxed);
    look
}

/// Nanoseconds since the process's first scope, exactly: one reading of the system's clock.
pub(crate) fn exact() -> u64 {
    let elapsed = BEGAN.get_or_init(Instant::now).elapsed();
    u64::try_from(elapsed.as_nanos()).unwrap_or(u64::MAX)
}
