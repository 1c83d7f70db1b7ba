//! Probes: how the doctor reads an allocator. There is one file for each allocator that it knows.
//!
//! | allocator | live | freed pages | given back by |
//! |---|---|---|---|
//! | jemalloc | `stats.allocated` | `pdirty`, `pmuzzy` | `arena.4096.purge` |
//! | glibc | `malloc_info` | the free chunks' whole pages | `malloc_trim` |
//! | mimalloc 2 and 3 | [`CountingAllocator`] around it | unknown | `mi_collect` |
//! | another | [`CountingAllocator`] around it | unknown | nothing |
//!
//! No probe needs a feature: allocators that are in the program are found by their symbols. On
//! systems other than Linux, and on other processors than x86-64 and AArch64, the features
//! `jemalloc` and `mimalloc` are needed for allocators that are linked statically.
//!
//! [`CountingAllocator`]: request_arena_core::heap::CountingAllocator
//!
//! The doctor finds out at run time which code allocates from which allocator. It allocates a box,
//! calls C's `malloc`, and sees which allocator's figures change by the same size.

use core::fmt;
use core::ops::Range;
use core::time::Duration;

use request_arena_memory::maps::Maps;
use serde::{Deserialize, Serialize};

mod counted;
#[cfg(all(target_os = "linux", target_env = "gnu"))]
mod glibc;
mod jemalloc;
mod mimalloc;
mod outside;
pub(crate) mod paced;

pub(super) use self::outside::{Outside, OutsideProbe};

/// An allocator that the doctor can read.
///
/// Implement it for an allocator that the doctor does not know, and pass it in
/// [`Options::probes`](super::Options::probes).
pub trait Probe: Send + fmt::Debug {
    /// The allocator's name: `jemalloc`.
    fn name(&self) -> &'static str;

    /// Finds out which code allocates from it. The doctor calls it once.
    fn serves(&mut self) -> Serves;

    /// Reads its figures. `None` if it has none, or if the last reading is so recent that another
    /// one would cost too much.
    fn read(&mut self) -> Option<HeapReading>;

    /// Announces the time between readings. The probe may read slow figures less often.
    fn pace(&mut self, interval: Duration) {
        let _ = interval;
    }

    /// Makes the next [`read`](Self::read) answer, whatever that costs.
    fn hurry(&mut self) {}

    /// How long its settings let it keep freed pages. `None` if it never gives them back by itself.
    fn decay(&self) -> Option<Duration> {
        None
    }

    /// Whether a map at these addresses belongs to it. `None` if that is unknown.
    fn owns(&self, addresses: Range<usize>) -> Option<bool> {
        let _ = addresses;
        None
    }

    /// Makes it give back all that it can. Returns whether it tried.
    fn release(&mut self) -> bool {
        false
    }

    /// How to make it retain less memory, as a part of a sentence for remedies.
    fn keeps_less(&self) -> Option<String> {
        None
    }

    /// How to make it keep freed pages for longer, as a part of a sentence for remedies.
    fn keeps_longer(&self) -> Option<String> {
        None
    }

    /// The setting that makes it give freed pages back at once, such as `dirty_decay_ms:0`. `None`
    /// if its settings do not.
    fn gives_back_at_once(&self) -> Option<String> {
        None
    }

    /// The number of freed pages that it has given back to the operating system so far, on any
    /// thread. `None` if that is unknown.
    fn given_back_pages(&mut self) -> Option<u64> {
        None
    }

    /// Whether allocating threads of Rust code give the pages back, and no thread of the allocator.
    fn purges_on_threads(&self) -> bool {
        false
    }

    /// Whether blocks that other threads free wait in a list of the owning thread, which processes
    /// the whole list in one slow allocation.
    fn delays_frees(&self) -> bool {
        false
    }
}

/// The code that allocates from an allocator.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Serves {
    /// Rust code. Then it is the global allocator.
    pub rust: bool,
    /// C code. Then it is `malloc`.
    pub c: bool,
    /// How the probe found that out.
    pub evidence: String,
}

impl Serves {
    /// The code that allocates from it, and how the probe found that out.
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

/// An allocator's figures at one moment, in bytes. Unknown figures are `None`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct HeapReading {
    /// Bytes of live allocations.
    pub live_bytes: Option<u64>,
    /// The most bytes that were live since the last reading.
    pub peak_bytes: Option<u64>,
    /// Bytes of the pages that hold at least one live allocation.
    pub active_bytes: Option<u64>,
    /// Bytes of whole free pages that are still physical memory. May be an upper bound.
    pub dirty_bytes: Option<u64>,
    /// Bytes of whole free pages that the operating system may take at any time.
    pub muzzy_bytes: Option<u64>,
    /// Bytes of its own structures.
    pub metadata_bytes: Option<u64>,
    /// Bytes of large live allocations. Each allocator has its own bound: 16 KiB in jemalloc, and a
    /// map of its own in glibc.
    pub large_bytes: Option<u64>,
    /// The number of large live allocations.
    pub large_count: Option<u64>,
}

impl HeapReading {
    /// The most physical memory that it can hold, if known.
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

    /// Fills unknown figures from an earlier reading.
    pub(super) fn or(self, before: Self) -> Self {
        let active = match (self.active_bytes, self.live_bytes, before.fragmented_bytes()) {
            // Pages change more slowly than the allocations on them, and freed allocations may
            // still be on them.
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
            large_bytes: self.large_bytes.or(before.large_bytes),
            large_count: self.large_count.or(before.large_count),
        }
    }

    /// Bytes of live allocations. If they are not counted, those of the pages that hold them.
    pub(super) fn in_use_bytes(&self) -> Option<u64> {
        self.live_bytes.or(self.active_bytes)
    }

    /// Free bytes on pages that hold live allocations, and cannot be given back.
    pub(super) fn fragmented_bytes(&self) -> Option<u64> {
        Some(self.active_bytes?.saturating_sub(self.live_bytes?))
    }
}

/// The probes of all allocators that are in the program.
pub(super) fn known() -> Vec<Box<dyn Probe>> {
    let mut probes: Vec<Box<dyn Probe>> = Vec::new();
    probes.extend(jemalloc::Jemalloc::all().map(|probe| Box::new(probe) as Box<dyn Probe>));
    probes.extend(mimalloc::Mimalloc::find().map(|probe| Box::new(probe) as Box<dyn Probe>));
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    probes.push(Box::new(glibc::Glibc::default()));
    probes
}

/// Reads the process's maps, with each probe's share of them. `None` if `/proc` cannot be read.
pub(super) fn read_maps(probes: &[Box<dyn Probe>]) -> Option<Maps> {
    Maps::read(probes.len(), |place, addresses| probes[place].owns(addresses))
}

/// The probe of an unknown global allocator.
pub(super) fn unknown() -> Box<dyn Probe> {
    Box::new(counted::Unknown)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_stay_what_they_were_until_the_allocator_tells_more_than_what_is_live() {
        let reported = HeapReading {
            live_bytes: Some(500),
            active_bytes: Some(600),
            dirty_bytes: Some(50),
            ..HeapReading::default()
        };
        let live = |bytes| HeapReading { live_bytes: Some(bytes), ..HeapReading::default() };
        let of =
            |reading: HeapReading| (reading.live_bytes, reading.active_bytes, reading.dirty_bytes);
        assert_eq!(
            of(live(700).or(reported)),
            (Some(700), Some(800), Some(50)),
            "pages come with it"
        );
        assert_eq!(
            of(live(100).or(reported)),
            (Some(100), Some(600), Some(50)),
            "no page is known to be free"
        );
        assert_eq!(of(reported.or(live(100))), of(reported));
        assert_eq!(of(live(100).or(live(500))), (Some(100), None, None));
    }
}
