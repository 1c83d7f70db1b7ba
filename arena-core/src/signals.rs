//! What every scope asks of the process: the coarse clock, what is to be measured. It lies in one
//! line of the cache, which is written twice a second.

use std::sync::atomic::{AtomicU8, AtomicU64};

/// See the module.
#[derive(Debug)]
#[repr(align(64))]
pub(crate) struct Signals {
    /// See [`crate::clock`].
    pub(crate) now: AtomicU64,
    /// See [`crate::clock::last_look`].
    pub(crate) look: AtomicU64,
    /// See [`crate::figures::measures`].
    pub(crate) measures: AtomicU8,
}

/// See the module.
pub(crate) static SIGNALS: Signals =
    Signals { now: AtomicU64::new(0), look: AtomicU64::new(0), measures: AtomicU8::new(0) };
