//! Checks that a handler's values are dropped, however the handler ends.

use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};

/// Counts the drops of its probes.
#[derive(Debug, Default)]
pub struct Dropped(AtomicUsize);

/// Counts its own drop.
#[derive(Debug)]
pub struct Probe(&'static Dropped);

impl Dropped {
    /// No drop so far.
    #[must_use]
    pub const fn new() -> Self {
        Self(AtomicUsize::new(0))
    }

    /// A new probe.
    pub fn probe(&'static self) -> Probe {
        Probe(self)
    }

    /// The number of dropped probes.
    pub fn count(&self) -> usize {
        self.0.load(SeqCst)
    }
}

impl Drop for Probe {
    fn drop(&mut self) {
        self.0.0.fetch_add(1, SeqCst);
    }
}
