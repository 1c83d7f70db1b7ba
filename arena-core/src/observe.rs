//! Who looks on: each scope is shown to one observer when it opens and when it ends, while that is
//! wanted. What `request_arena::testing` rests on; not part of the public interface.
//!
//! Whose a scope is, is told when it opens, by what the observer answers then: it may end, or be
//! forgotten, anywhere. Nobody pays for it who does not look: it is one more bit of what is
//! measured.

use core::time::Duration;
use std::sync::OnceLock;

use crate::slot::{self, Open};
use crate::stats::Exactness;
use crate::{Site, heap, measures};

static OBSERVER: OnceLock<Observer> = OnceLock::new();

/// What is called. Neither function may panic, block, or open a scope.
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
    /// Whose it was.
    pub site: &'static Site,
    /// What the observer called it when it opened.
    pub token: u64,
    /// Most bytes in use at any moment.
    pub peak_used: u64,
    /// What `peak_used` is.
    pub exactness: Exactness,
    /// Most bytes of chunks held at any moment: never less than the true peak.
    pub reserved: u64,
    /// Bytes allocated outside the arena; `None` if that was not measured.
    pub heap: Option<u64>,
}

/// An observed scope that is open.
#[derive(Clone, Copy, Debug)]
pub struct Unended {
    /// Whose it is.
    pub site: &'static Site,
    /// What the observer called it when it opened.
    pub token: u64,
    /// How long it has been open at least: since the first look that found it.
    pub age: Duration,
    /// Bytes of chunks that it holds.
    pub in_use_bytes: u64,
}

/// Installs the observer; `false` if there is one already, which stays.
pub fn install(observer: Observer) -> bool {
    OBSERVER.set(observer).is_ok()
}

/// Whether scopes that open from now on are observed.
pub fn want(are_wanted: bool) {
    measures::want_observed(are_wanted);
}

/// The observed scopes that are open.
#[must_use]
pub fn unended() -> Vec<Unended> {
    let of = |open: Open| {
        let (site, token) = (Site::numbered(open.site)?, open.slot.token()?);
        Some(Unended { site, token, age: open.age, in_use_bytes: open.in_use })
    };
    slot::open_scopes().into_iter().filter_map(of).collect()
}

/// What code outside request-arena has allocated from the heap on this thread, from some number on;
/// `None` without a hook.
#[must_use]
pub fn heap_reading() -> Option<u64> {
    heap::reading()
}

pub(crate) fn opened() -> u64 {
    OBSERVER.get().map_or(0, |observer| (observer.opened)())
}

/// What the observer allocates is not the scope's around this one.
pub(crate) fn ended(seen: &Seen) {
    if let Some(observer) = OBSERVER.get() {
        heap::own(|| (observer.ended)(seen));
    }
}
