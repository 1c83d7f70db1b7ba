//! The account: every byte of RSS in one class, and what nothing explains.

use serde::{Deserialize, Serialize};

use super::maps::Maps;
use super::reading::Reading;
use super::sampler::Known;

/// Where every byte of RSS is: the classes and the unexplained rest add up to it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Account {
    /// Physical memory of the process, in bytes.
    pub rss_bytes: u64,
    /// What it is, in the order of the table. Each class is there, also with 0.
    pub classes: Vec<Class>,
    /// What no class explains. Never below zero: what the allocators count and is not there is in `untouched_bytes`.
    pub unexplained_bytes: i64,
    /// Bytes that the allocators count and that are no physical memory: allocated and never touched, given back, or swapped out. Not part of the sum.
    pub untouched_bytes: u64,
}

/// One kind of memory.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Class {
    /// What it is: `heap live`.
    pub name: String,
    /// Bytes of RSS.
    pub bytes: u64,
    /// What it says.
    pub meaning: String,
}

/// The classes, in the order of the table.
const CLASSES: [(&str, &str); 12] = [
    ("heap live", "live allocations of Rust's allocator, without arenas"),
    ("fragmentation", "free parts of pages that something live is on"),
    ("dirty", "freed pages that the allocator keeps"),
    ("muzzy", "freed pages that the kernel may take"),
    ("allocator metadata", "the allocator's own structures"),
    ("arenas in use", "chunks of open scopes and of named arenas"),
    ("arenas retained", "chunks that wait in the pool"),
    ("second allocator", "what C code holds in an allocator that is not Rust's"),
    ("other anonymous", "written data of the program and its libraries"),
    ("stacks", "stacks of threads"),
    ("file pages", "pages of mapped files and of the program"),
    ("shared", "shared memory"),
];

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
    /// What its figures claim beyond that is not there. That is first of all what the kernel may have taken, then the allocator's own structures, as large tables are mapped of which
    /// few pages are ever written (jemalloc counts 6 MiB of them in a process that has 1), then freed pages, as glibc counts those that it has given back, and then live allocations that were never written.
    /// What its pages hold beyond live bytes, if it does not say what that is, is `fragmented`: it is free and not told apart.
    pub(super) fn of(heap: &super::HeapReading, room: Option<u64>) -> Self {
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
        for part in [&mut parts.muzzy, &mut parts.metadata, &mut parts.dirty, &mut parts.live, &mut parts.fragmented] {
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

impl Account {
    /// The bytes of a class; 0 if there is none of this name.
    #[must_use]
    pub fn bytes_of(&self, class: &str) -> u64 {
        self.classes.iter().find(|known| known.name == class).map_or(0, |known| known.bytes)
    }

    /// Of a reading and the maps of about the same moment.
    pub(super) fn of(reading: &Reading, maps: &Maps, known: &[Known]) -> Self {
        let rust = known.iter().position(|known| known.serves.rust);
        let heap = |place: usize| reading.heap(place).figures;
        // What belongs to another allocator, as far as that tells; at most what there is beside Rust's.
        let others = (0..known.len()).filter(|&place| Some(place) != rust).map(heap);
        let others = others.map(|heap| Parts::of(&heap, None).sum()).sum::<u64>();
        let is_only = known.len() == 1;
        let live = rust.and_then(|place| heap(place).live_bytes).unwrap_or(0);
        let rust = rust.map(|place| {
            let owned = maps.owned.get(place).copied().flatten();
            let heap = heap(place);
            let room = owned.unwrap_or(maps.anonymous);
            // Without figures or maps of its own, it has what no other has.
            let room = if owned.is_none() && heap.active_bytes.is_none() { room.saturating_sub(others) } else { room };
            Parts::of(&heap, Some(room))
        });
        let rust = rust.unwrap_or_default();
        let rest = maps.anonymous.saturating_sub(rust.sum());
        let second = if is_only { 0 } else { others.min(rest) };
        // An arena's chunks are live allocations, of which the end may be untouched: so what of live allocations is not there is taken off the room in named arenas first.
        let metered: u64 = reading.metered.iter().map(|arena| arena.reserved_bytes).sum();
        let room: u64 = reading.metered.iter().map(|arena| arena.reserved_bytes.saturating_sub(arena.used_bytes)).sum();
        let metered = metered - room.min(live.saturating_sub(rust.live));
        let retained = reading.arenas_retained.min(rust.live);
        let in_use = (reading.arenas_in_use + metered).min(rust.live - retained);
        let bytes = [
            rust.live - retained - in_use,
            rust.fragmented,
            rust.dirty,
            rust.muzzy,
            rust.metadata,
            in_use,
            retained,
            second,
            maps.data,
            maps.stacks,
            maps.file,
            maps.shared,
        ];
        let class =
            |((name, meaning), bytes): ((&str, &str), u64)| Class { name: name.into(), bytes, meaning: meaning.into() };
        Self {
            rss_bytes: maps.rss,
            unexplained_bytes: maps.rss as i64 - bytes.iter().sum::<u64>() as i64,
            classes: CLASSES.into_iter().zip(bytes).map(class).collect(),
            untouched_bytes: rust.untouched,
        }
    }
}

#[cfg(test)]
mod tests;
