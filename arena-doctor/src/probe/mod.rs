//! Probes: what is asked of an allocator, one file for each that the doctor knows.
//!
//! | allocator | live | freed pages | given back by |
//! |---|---|---|---|
//! | jemalloc (feature `jemalloc`) | `stats.allocated` | `pdirty`, `pmuzzy` | `arena.4096.purge` |
//! | glibc | `malloc_info` | the free chunks' whole pages | `malloc_trim` |
//! | mimalloc 2 and 3 (feature `mimalloc`) | [`Counted`](request_arena_core::heap::Counted) around it | not told | `mi_collect` |
//! | another | [`Counted`](request_arena_core::heap::Counted) around it | not told | nothing |
//!
//! Who allocates from an allocator is found out by looking, and not from what the program was built
//! with: a box is allocated, and C's `malloc` is called, and the allocator whose figures move by as
//! much is the one.

use core::fmt;
use core::ops::Range;
use core::time::Duration;

use request_arena_memory::maps::Maps;
use serde::{Deserialize, Serialize};

mod counted;
#[cfg(all(target_os = "linux", target_env = "gnu"))]
mod glibc;
#[cfg(feature = "jemalloc")]
mod jemalloc;
#[cfg(feature = "mimalloc")]
mod mimalloc;
mod paced;

/// An allocator that the doctor can ask.
///
/// Another allocator than those that the doctor knows is given to it in
/// [`Options::probes`](super::Options::probes).
pub trait Probe: Send + fmt::Debug {
    /// The allocator's name: `jemalloc`.
    fn name(&self) -> &'static str;

    /// Who allocates from it, found out by looking. Asked once.
    fn serves(&mut self) -> Serves;

    /// What it holds now. `None` if it does not answer this time: not at all, or because it was
    /// asked so lately that asking again would cost too much.
    fn read(&mut self) -> Option<HeapReading>;

    /// Readings will be this far apart. What costs may be asked for less often than that.
    fn pace(&mut self, interval: Duration) {
        let _ = interval;
    }

    /// The next [`read`](Self::read) is to answer, whatever that costs.
    fn hurry(&mut self) {}

    /// How long freed pages may stay with it by its settings; `None` if it never gives them back by
    /// itself.
    fn decay(&self) -> Option<Duration> {
        None
    }

    /// Whether a map at these addresses is its own. `None` if it cannot tell.
    fn owns(&self, addresses: Range<usize>) -> Option<bool> {
        let _ = addresses;
        None
    }

    /// Gives back all that it can, and tells whether it tried.
    fn release(&mut self) -> bool {
        false
    }

    /// What makes it keep less, in a sentence; for remedies.
    fn keeps_less(&self) -> Option<String> {
        None
    }

    /// How many freed pages threads that allocate have given back to the operating system, until
    /// now. `None` if it does not say, or has a thread of its own for that.
    fn purged_pages(&mut self) -> Option<u64> {
        None
    }

    /// Whether blocks that other threads free wait in a list of the owning thread's, which its next
    /// slow allocation takes back in one go.
    fn delays_frees(&self) -> bool {
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

    /// The beginning of a sentence that ends with `from` and the allocator: `Rust allocates`.
    #[must_use]
    pub const fn who(&self) -> &'static str {
        match (self.rust, self.c) {
            (true, true) => "Rust and C allocate",
            (true, false) => "Rust allocates",
            _ => "C allocates",
        }
    }
}

/// What an allocator holds, in bytes, at one moment. What it does not tell is `None`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct HeapReading {
    /// Bytes of live allocations.
    pub live_bytes: Option<u64>,
    /// The most bytes that were live since the last reading, as far as that is known.
    pub peak_bytes: Option<u64>,
    /// Bytes of the pages that hold at least one live allocation.
    pub active_bytes: Option<u64>,
    /// Bytes of whole free pages that are physical memory still, or at most that many.
    pub dirty_bytes: Option<u64>,
    /// Bytes of whole free pages that the operating system may take when it likes.
    pub muzzy_bytes: Option<u64>,
    /// Bytes of its own structures.
    pub metadata_bytes: Option<u64>,
}

impl HeapReading {
    /// The most physical memory that it can have, if it tells that.
    #[must_use]
    pub fn held_bytes(&self) -> Option<u64> {
        let of = |figure: Option<u64>| figure.unwrap_or(0);
        Some(
            self.active_bytes?
                + of(self.dirty_bytes)
                + of(self.muzzy_bytes)
                + of(self.metadata_bytes),
        )
    }

    /// Where this does not tell a figure, what the other says. Bytes of live allocations alone do
    /// not make the other's figures younger.
    pub(super) fn or(self, before: Self) -> Self {
        let active = match (self.active_bytes, self.live_bytes, before.fragmented_bytes()) {
            // Pages change more slowly than what lies on them; and what is freed meanwhile may lie
            // on them still.
            (None, Some(live), Some(fragmented)) => {
                Some(live + fragmented).max(before.active_bytes)
            }
            (active, ..) => active.or(before.active_bytes),
        };
        Self {
            live_bytes: self.live_bytes.or(before.live_bytes),
            peak_bytes: self.peak_bytes,
            active_bytes: active,
            dirty_bytes: self.dirty_bytes.or(before.dirty_bytes),
            muzzy_bytes: self.muzzy_bytes.or(before.muzzy_bytes),
            metadata_bytes: self.metadata_bytes.or(before.metadata_bytes),
        }
    }

    /// Free bytes in pages that cannot be given back, as something live is on them.
    pub(super) fn fragmented_bytes(&self) -> Option<u64> {
        Some(self.active_bytes?.saturating_sub(self.live_bytes?))
    }
}

/// The probes of the allocators that are compiled in, and of the one that nobody knows.
pub(super) fn known() -> Vec<Box<dyn Probe>> {
    vec![
        #[cfg(feature = "jemalloc")]
        Box::new(jemalloc::Jemalloc),
        #[cfg(feature = "mimalloc")]
        Box::new(mimalloc::Mimalloc),
        #[cfg(all(target_os = "linux", target_env = "gnu"))]
        Box::new(glibc::Glibc::default()),
    ]
}

/// Reads the process's maps, with each probe's share of them. `None` if `/proc` cannot be read.
pub(super) fn read_maps(probes: &[Box<dyn Probe>]) -> Option<Maps> {
    Maps::read(probes.len(), |place, addresses| probes[place].owns(addresses))
}

/// The probe of a global allocator that no other probe knows.
pub(super) fn unknown() -> Box<dyn Probe> {
    Box::new(counted::Unknown)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_stay_what_they_were_until_the_allocator_tells_more_than_what_is_live() {
        let told = HeapReading {
            live_bytes: Some(500),
            active_bytes: Some(600),
            dirty_bytes: Some(50),
            ..HeapReading::default()
        };
        let live = |bytes| HeapReading { live_bytes: Some(bytes), ..HeapReading::default() };
        let of =
            |reading: HeapReading| (reading.live_bytes, reading.active_bytes, reading.dirty_bytes);
        assert_eq!(of(live(700).or(told)), (Some(700), Some(800), Some(50)), "pages come with it");
        assert_eq!(
            of(live(100).or(told)),
            (Some(100), Some(600), Some(50)),
            "no page is known to be free"
        );
        assert_eq!(of(told.or(live(100))), of(told));
        assert_eq!(of(live(100).or(live(500))), (Some(100), None, None));
    }
}
