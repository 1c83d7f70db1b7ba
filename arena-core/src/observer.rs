//! The observer: it sees scopes open and end, while it is on.
//!
//! When a scope opens, the observer returns a token for the owner of the scope. The scope may end
//! on another thread, or never. There is no cost without an observer: it is one more bit of the
//! measures that each scope reads.

use std::sync::OnceLock;

use crate::coverage;
use crate::figures::measures;
use crate::figures::stats::Exactness;
use crate::site::Site;

static OBSERVER: OnceLock<Observer> = OnceLock::new();

/// The observer's functions. They must not panic, block or open a scope.
#[derive(Clone, Copy, Debug)]
pub struct Observer {
    /// Called when a scope opens, on its thread. Returns the scope's token.
    pub opened: fn() -> u64,
    /// Called when a scope has ended, on any thread.
    pub ended: fn(&Seen),
}

/// The figures of a scope that has ended.
#[derive(Clone, Copy, Debug)]
pub struct Seen {
    /// The site of the scope.
    pub site: &'static Site,
    /// The token that `opened` returned for the scope.
    pub token: u64,
    /// Most bytes in use at any moment.
    pub peak_used: u64,
    /// Whether `peak_used` is exact.
    pub exactness: Exactness,
    /// Most bytes of chunks held at any moment. Never less than the true peak.
    pub reserved: u64,
    /// Heap bytes allocated outside the arena, or `None` if the heap was not measured.
    pub heap: Option<u64>,
}

/// Installs the observer. Returns `false` and does nothing if one is already installed.
pub fn install(observer: Observer) -> bool {
    OBSERVER.set(observer).is_ok()
}

/// Turns the observer on or off for scopes that open from now on.
pub fn want(are_wanted: bool) {
    measures::want_observed(are_wanted);
}

/// A running count of heap bytes that code outside request-arena has allocated on this thread. It
/// does not begin at 0. `None` without a hook.
#[must_use]
pub fn heap_reading() -> Option<u64> {
    coverage::reading()
}

/// Asks the observer for the token of a scope that opens now.
pub(crate) fn opened() -> u64 {
    OBSERVER.get().map_or(0, |observer| (observer.opened)())
}

/// Passes an ended scope to the observer. Allocations of the observer do not count as heap of an
/// outer scope.
pub(crate) fn ended(seen: &Seen) {
    if let Some(observer) = OBSERVER.get() {
        coverage::own(|| (observer.ended)(seen));
    }
}
