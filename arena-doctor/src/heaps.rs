//! Heaps: what Rust's allocator and the others have of the anonymous memory at one moment. The
//! account, the timeline and the levels rest on it.

use super::HeapReading;
use super::reading::Reading;
use super::sampler::Known;
use request_arena_memory::maps::Maps;

/// Who has how much of the anonymous memory, in bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Heaps {
    /// What Rust's allocator has.
    pub(super) rust: Parts,
    /// Live allocations by its own figures, whether or not there is physical memory for all of
    /// them.
    pub(super) live: u64,
    /// What it does not have, beside stacks and the program's data.
    pub(super) beside: u64,
    /// Of that, what other allocators say that they hold.
    pub(super) second: u64,
}

impl Heaps {
    /// Of a reading, and of where memory was then.
    pub(super) fn of(reading: &Reading, maps: &Maps, known: &[Known]) -> Self {
        let rust = known.iter().position(|known| known.serves.rust);
        let figures = |place: usize| reading.heap(place).figures;
        // What belongs to another allocator, as far as that tells; at most what there is beside
        // Rust's.
        let others = (0..known.len()).filter(|&place| Some(place) != rust).map(figures);
        let others = others.map(|heap| Parts::of(&heap, None).sum()).sum::<u64>();
        let live = rust.and_then(|place| figures(place).live_bytes).unwrap_or(0);
        let rust = rust.map(|place| {
            let owned = maps.owned.get(place).copied().flatten();
            let heap = figures(place);
            let room = owned.unwrap_or(maps.anonymous);
            // Without figures or maps of its own, it has what no other has.
            let room = if owned.is_none() && heap.active_bytes.is_none() {
                room.saturating_sub(others)
            } else {
                room
            };
            Parts::of(&heap, Some(room))
        });
        let rust = rust.unwrap_or_default();
        let beside = maps.anonymous.saturating_sub(rust.sum());
        Self { rust, live, beside, second: others.min(beside) }
    }
}

/// What an allocator's memory is, as far as there is physical memory for it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Parts {
    pub(super) live: u64,
    pub(super) fragmented: u64,
    pub(super) dirty: u64,
    pub(super) muzzy: u64,
    pub(super) metadata: u64,
    /// What the figures claim beyond what there is.
    pub(super) untouched: u64,
}

impl Parts {
    /// The parts of an allocator that has at most `room` bytes of physical memory.
    ///
    /// What its figures claim beyond that is not there. That is first of all what the kernel may
    /// have taken, then the allocator's own structures, as large tables are mapped of which few
    /// pages are ever written (jemalloc counts 6 MiB of them in a process that has 1), then freed
    /// pages, as glibc counts those that it has given back, and then live allocations that were
    /// never written. What its pages hold beyond live bytes, if it does not say what that is, is
    /// `fragmented`: it is free and not told apart.
    pub(super) fn of(heap: &HeapReading, room: Option<u64>) -> Self {
        let of = |figure: Option<u64>| figure.unwrap_or(0);
        let live = of(heap.live_bytes);
        let mut parts = Self {
            live,
            fragmented: heap.fragmented_bytes().unwrap_or(0),
            dirty: of(heap.dirty_bytes),
            muzzy: of(heap.muzzy_bytes),
            metadata: of(heap.metadata_bytes),
            untouched: 0,
        };
        let Some(room) = room else { return parts };
        if heap.active_bytes.is_none() {
            parts.fragmented = room.saturating_sub(parts.sum());
        }
        let mut excess = parts.sum().saturating_sub(room);
        parts.untouched = excess;
        for part in [
            &mut parts.muzzy,
            &mut parts.metadata,
            &mut parts.dirty,
            &mut parts.live,
            &mut parts.fragmented,
        ] {
            let taken = excess.min(*part);
            *part -= taken;
            excess -= taken;
        }
        parts
    }

    pub(super) fn sum(&self) -> u64 {
        self.live + self.fragmented + self.dirty + self.muzzy + self.metadata
    }
}
