//! One observer, which sees each scope open and end while it wants to.
//!
//! The observer names the owner of a scope when the scope opens, by a token. The scope may end on
//! another thread, or never. There is no cost without an observer: it is one more bit of the
//! measures that each scope reads.

use std::sync::OnceLock;

use crate::coverage;
use crate::figures::measures;
use crate::figures::stats::Exactness;
use crate::site::Site;

static OBSERVER: OnceLock<Observer> = OnceLock::new();

/// The functions that are called. Neither may panic, block, or open a scope.
#[derive(Clone, Copy, Debug)]
pub struct Observer {
    /// A scope opens on this thread: the answer is its token.
    pub opened: fn() -> u64,
    /// A scope has ended, on whatever thread.
    pub ended: fn(&Seen),
}

/// A scope that has ended.
#[derive(Clone, Copy, Debug)]
pub struct Seen {
    /// The site that opened it.
    pub site: &'static Site,
    /// The observer's token for it.
    pub token: u64,
    /// Most bytes in use at any moment.
    pub peak_used: u64,
    /// Whether `peak_used` is exact.
    pub exactness: Exactness,
    /// Most bytes of chunks held at any moment: never less than the true peak.
    pub reserved: u64,
    /// Bytes allocated outside the arena; `None` if that was not measured.
    pub heap: Option<u64>,
}

/// Installs the observer; `false` if there is one already, which stays.
pub fn install(observer: Observer) -> bool {
    OBSERVER.set(observer).is_ok()
}

/// Whether scopes that open from now on are observed.
pub fn want(are_wanted: bool) {
    measures::want_observed(are_wanted);
}

/// Bytes that code outside request-arena has allocated from the heap on this thread, from some
/// number on; `None` without a hook.
#[must_use]
pub fn heap_reading() -> Option<u64> {
    coverage::reading()
}

/// The observer's token for a scope that opens now.
pub(crate) fn opened() -> u64 {
    OBSERVER.get().map_or(0, |observer| (observer.opened)())
}

/// Shows the observer a scope that has ended. Its allocations do not count in the scope around.
pub(crate) fn ended(seen: &Seen) {
    if let Some(observer) = OBSERVER.get() {
        coverage::own(|| (observer.ended)(seen));
    }
}
