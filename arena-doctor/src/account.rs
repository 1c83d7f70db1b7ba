//! The account: every byte of RSS is in one class, or unexplained.

use request_arena_memory::maps::Maps;
use serde::{Deserialize, Serialize};

use super::heaps::Heaps;
use super::reading::Reading;
use super::sampler::Known;

/// Every byte of RSS by class. The classes and the unexplained rest add up to RSS.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Account {
    /// Physical memory of the process, in bytes.
    pub rss_bytes: u64,
    /// All classes in the order of the table, including those with 0 bytes.
    pub classes: Vec<Class>,
    /// Memory that no class explains. It is never below zero, since `untouched_bytes` has the
    /// memory that allocators count but that is not resident.
    pub unexplained_bytes: i64,
    /// Bytes that the allocators count but that are not resident: never touched, given back, or
    /// swapped out. Not part of the sum.
    pub untouched_bytes: u64,
    /// Bytes of anonymous memory on huge pages: `AnonHugePages`. They are a part of the classes.
    #[serde(default)]
    pub huge_page_bytes: u64,
}

/// One kind of memory.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Class {
    /// Its name, such as `heap live`.
    pub name: String,
    /// Bytes of RSS.
    pub bytes: u64,
    /// Its meaning.
    pub meaning: String,
}

/// The classes, in the order of the table.
pub(super) const CLASSES: [(&str, &str); 15] = [
    ("heap live", "live allocations of Rust's allocator, without arenas"),
    (
        "unread heap",
        "live and freed memory of Rust's allocator, which does not count live bytes; \
         `heap::CountingAllocator` does",
    ),
    (
        "free heap",
        "free memory of Rust's allocator, which does not count its pages: whole free pages that it \
         keeps, or parts of pages in use",
    ),
    ("fragmentation", "free parts of pages that hold live allocations"),
    ("dirty", "freed pages that the allocator keeps"),
    ("muzzy", "freed pages that the kernel may take"),
    ("allocator metadata", "the allocator's own structures"),
    ("huge page excess", "pages that no allocator uses, on huge pages with the heap"),
    ("arenas in use", "chunks of open scopes and of named arenas"),
    ("arenas retained", "chunks that wait in the pool"),
    ("second allocator", "memory that C code holds in another allocator than Rust's"),
    ("other anonymous", "written data of the program and its libraries"),
    ("stacks", "stacks of threads"),
    ("file pages", "pages of mapped files and of the program"),
    ("shared", "shared memory"),
];

impl Account {
    /// The bytes of a class. 0 if there is no class of this name.
    #[must_use]
    pub fn bytes_of(&self, class: &str) -> u64 {
        self.classes.iter().find(|known| known.name == class).map_or(0, |known| known.bytes)
    }

    /// Free memory of Rust's allocator.
    pub(super) fn free_bytes(&self) -> u64 {
        let free = ["free heap", "fragmentation", "dirty", "muzzy"];
        free.into_iter().map(|class| self.bytes_of(class)).sum()
    }

    /// The account of a reading, with the maps of about the same moment.
    pub(super) fn of(reading: &Reading, maps: &Maps, known: &[Known]) -> Self {
        let Split { rss, bytes, untouched } = Split::of(reading, maps, known);
        let class = |((name, meaning), bytes): ((&str, &str), u64)| Class {
            name: name.into(),
            bytes,
            meaning: meaning.into(),
        };
        Self {
            rss_bytes: rss,
            unexplained_bytes: rss as i64 - bytes.iter().sum::<u64>() as i64,
            classes: CLASSES.into_iter().zip(bytes).map(class).collect(),
            untouched_bytes: untouched,
            huge_page_bytes: maps.huge,
        }
    }
}

/// The class of every byte of physical memory at one moment, for an account or a moment of the
/// timeline.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Split {
    pub(super) rss: u64,
    /// In the order of the classes.
    pub(super) bytes: [u64; CLASSES.len()],
    /// Bytes that are counted but not resident.
    pub(super) untouched: u64,
}

impl Split {
    /// Splits a reading, with the [maps](Maps) of that moment or an [estimate](Maps::at) of them.
    pub(super) fn of(reading: &Reading, maps: &Maps, known: &[Known]) -> Self {
        let Heaps { rust, live, second, huge, .. } = Heaps::of(reading, maps, known);
        // Without a count of live bytes, only the written part of an arena is certainly resident.
        let absent = if rust.unread > 0 { u64::MAX } else { live.saturating_sub(rust.live) };
        let (in_use, retained) = resident_arenas(reading, absent);
        // One of the two is 0.
        let heap = rust.live + rust.unread;
        let retained = retained.min(heap);
        let in_use = in_use.min(heap - retained);
        let bytes = [
            rust.live.saturating_sub(retained + in_use),
            rust.unread.saturating_sub(retained + in_use),
            rust.free,
            rust.fragmented,
            rust.dirty,
            rust.muzzy,
            rust.metadata,
            huge,
            in_use,
            retained,
            second,
            maps.data,
            maps.stacks,
            maps.file,
            maps.shared,
        ];
        Self { rss: maps.rss, bytes, untouched: rust.untouched }
    }
}

/// Bytes of physical memory in arenas: in use (with the named ones), and in the pool.
///
/// An arena's chunk is a live allocation, but its unused part may not be resident. So live bytes
/// that are `absent` from physical memory are first subtracted from the unused parts of arenas.
/// Then `heap live` is the allocator's figure without the arenas.
fn resident_arenas(reading: &Reading, absent: u64) -> (u64, u64) {
    let metered: u64 = reading.metered.iter().map(|arena| arena.reserved_bytes).sum();
    let written: u64 =
        reading.metered.iter().map(|arena| arena.used_bytes.min(arena.reserved_bytes)).sum();
    let in_use = reading.arenas_in_use + metered;
    let room_in_use = in_use.saturating_sub(reading.arenas_in_use_touched + written);
    let room_retained = reading.arenas_retained.saturating_sub(reading.arenas_retained_touched);
    let room = room_in_use + room_retained;
    let absent = absent.min(room);
    // Which unused parts are resident is unknown, since freed pages are used again. Each kind gets
    // its share.
    let of_retained = u128::from(absent) * u128::from(room_retained) / u128::from(room.max(1));
    // A part of `absent`, which is a `u64`.
    let of_retained = of_retained as u64;
    (in_use - (absent - of_retained), reading.arenas_retained - of_retained)
}

#[cfg(test)]
mod tests;
