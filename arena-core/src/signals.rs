//! The process-wide state that every scope reads: the coarse clock and the wanted measures. It is
//! one cache line, written twice a second.

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
