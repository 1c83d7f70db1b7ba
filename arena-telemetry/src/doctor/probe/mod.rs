//! Probes: what is asked of an allocator, one file for each that the doctor knows.

use core::fmt;
use core::time::Duration;

use serde::{Deserialize, Serialize};

#[cfg(feature = "jemalloc")]
mod jemalloc;

/// An allocator that the doctor can ask.
///
/// Another allocator than those that the doctor knows is given to it in [`Options::probes`](super::Options::probes).
pub trait Probe: Send + fmt::Debug {
    /// The allocator's name: `jemalloc`.
    fn name(&self) -> &'static str;

    /// Who allocates from it, found out by looking and not from what the program was built with. Asked once.
    fn serves(&mut self) -> Serves;

    /// What it holds now. `None` if it does not answer this time.
    fn read(&mut self) -> Option<HeapReading>;

    /// How long freed pages may stay with it by its settings; `None` if it never gives them back by itself.
    fn decay(&self) -> Option<Duration> {
        None
    }

    /// Gives back all that it can, and tells whether it could.
    fn release(&mut self) -> bool {
        false
    }
}

/// Who allocates from an allocator.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Serves {
    /// Rust code: it is the global allocator.
    pub rust: bool,
    /// C code: it is `malloc`.
    pub c: bool,
    /// How that was found out.
    pub evidence: String,
}

impl Serves {
    /// Who allocates from it, and how that was found out.
    pub fn new(rust: bool, c: bool, evidence: impl Into<String>) -> Self {
        Self { rust, c, evidence: evidence.into() }
    }
}

/// What an allocator holds, in bytes, at one moment. What it does not tell is `None`.
///
/// Its physical memory is at most `active + dirty + muzzy + metadata`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct HeapReading {
    /// Bytes of live allocations.
    pub live_bytes: Option<u64>,
    /// Bytes of pages that hold at least one live allocation.
    pub active_bytes: Option<u64>,
    /// Bytes of whole free pages that are physical memory still.
    pub dirty_bytes: Option<u64>,
    /// Bytes of whole free pages that the operating system may take when it likes.
    pub muzzy_bytes: Option<u64>,
    /// Bytes of its own structures.
    pub metadata_bytes: Option<u64>,
}

impl HeapReading {
    /// The most physical memory that it can have.
    #[must_use]
    pub fn held_bytes(&self) -> u64 {
        let of = |figure: Option<u64>| figure.unwrap_or(0);
        of(self.active_bytes.or(self.live_bytes))
            + of(self.dirty_bytes)
            + of(self.muzzy_bytes)
            + of(self.metadata_bytes)
    }
}

/// The probes of the allocators that are compiled in.
pub(super) fn known() -> Vec<Box<dyn Probe>> {
    vec![
        #[cfg(feature = "jemalloc")]
        Box::new(jemalloc::Jemalloc),
    ]
}
