//! Heaps: the share of Rust's allocator, and of the others, in the anonymous memory at one moment.
//! The account, the timeline and the levels use it.

use request_arena_memory::maps::Maps;

use super::HeapReading;
use super::reading::Reading;
use super::sampler::Known;

/// The shares of the anonymous memory, in bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Heaps {
    /// Memory of Rust's allocator.
    pub(super) rust: Parts,
    /// Live allocations by its own figures, whether or not they are resident.
    pub(super) live: u64,
    /// Memory outside of it, without stacks and the program's data.
    pub(super) beside: u64,
    /// The part of `beside` that other allocators count.
    pub(super) second: u64,
    /// The part of `beside` that is resident only since it shares huge pages with Rust's heap.
    pub(super) huge: u64,
    /// The rest of `beside`.
    pub(super) unexplained: u64,
}

impl Heaps {
    /// The shares for a reading and the maps of that moment.
    pub(super) fn of(reading: &Reading, maps: &Maps, known: &[Known]) -> Self {
        let rust = known.iter().position(|known| known.serves.rust);
        let figures = |place: usize| reading.heap(place).figures;
        // The memory of other allocators, by their own figures. At most the memory outside of
        // Rust's.
        let others = (0..known.len()).filter(|&place| Some(place) != rust).map(figures);
        let others = others.map(|heap| Parts::of(&heap, None).sum()).sum::<u64>();
        let live = rust.and_then(|place| figures(place).live_bytes).unwrap_or(0);
        let rust = rust.map(|place| {
            let owned = maps.owned.get(place).copied().flatten();
            let heap = figures(place);
            let room = owned.unwrap_or(maps.anonymous);
            // Without figures or maps of its own, it has all memory that no other allocator has.
            let room = if owned.is_none() && heap.active_bytes.is_none() {
                room.saturating_sub(others)
            } else {
                room
            };
            Parts::of(&heap, Some(room))
        });
        let rust = rust.unwrap_or_default();
        let beside = maps.anonymous.saturating_sub(rust.sum());
        let second = others.min(beside);
        // The other allocators either count every page that is resident, or are given all maps that
        // are their own.
        let has_holes = known.iter().any(|known| known.serves.rust && known.name == "jemalloc");
        let outside_figures = maps.heaps.saturating_sub(rust.sum());
        let huge = maps.huge_of_heaps.min(outside_figures).min(beside - second);
        let huge = if has_holes { huge } else { 0 };
        Self { rust, live, beside, second, huge, unexplained: beside - second - huge }
    }
}

/// The resident memory of an allocator, by kind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Parts {
    pub(super) live: u64,
    /// Live and freed memory together, if the allocator does not count its live bytes.
    pub(super) unread: u64,
    /// Free memory of an unknown kind, if the allocator counts live bytes and no pages.
    pub(super) free: u64,
    pub(super) fragmented: u64,
    pub(super) dirty: u64,
    pub(super) muzzy: u64,
    pub(super) metadata: u64,
    /// Counted memory that is not resident.
    pub(super) untouched: u64,
}

impl Parts {
    /// The parts of an allocator that has at most `room` bytes of physical memory.
    ///
    /// If its figures exceed the room, the excess is not resident. It is subtracted in this order:
    /// muzzy pages, which the kernel may have taken; the allocator's own structures, which are
    /// large tables with few written pages (jemalloc counts 6 MiB in a process with 1 MiB of them);
    /// dirty pages, since glibc also counts pages that it has given back; and live allocations that
    /// were never written.
    ///
    /// If the allocator does not count the pages that hold live bytes, its remaining memory is
    /// `free`: whole free pages, or free parts of pages in use. If it does not count live bytes
    /// either, that memory is `unread`.
    pub(super) fn of(heap: &HeapReading, room: Option<u64>) -> Self {
        let of = |figure: Option<u64>| figure.unwrap_or(0);
        let live = of(heap.live_bytes);
        let mut parts = Self {
            live,
            unread: if heap.live_bytes.is_none() { of(heap.active_bytes) } else { 0 },
            free: 0,
            fragmented: heap.fragmented_bytes().unwrap_or(0),
            dirty: of(heap.dirty_bytes),
            muzzy: of(heap.muzzy_bytes),
            metadata: of(heap.metadata_bytes),
            untouched: 0,
        };
        let Some(room) = room else { return parts };
        if heap.active_bytes.is_none() {
            let rest = room.saturating_sub(parts.sum());
            if heap.live_bytes.is_some() {
                parts.free = rest;
            } else {
                parts.unread = rest;
            }
        }
        let mut excess = parts.sum().saturating_sub(room);
        parts.untouched = excess;
        for part in [
            &mut parts.muzzy,
            &mut parts.metadata,
            &mut parts.dirty,
            &mut parts.live,
            &mut parts.unread,
            &mut parts.free,
            &mut parts.fragmented,
        ] {
            let taken = excess.min(*part);
            *part -= taken;
            excess -= taken;
        }
        parts
    }

    pub(super) fn sum(&self) -> u64 {
        let held = self.live + self.unread + self.free + self.fragmented;
        held + self.dirty + self.muzzy + self.metadata
    }
}
