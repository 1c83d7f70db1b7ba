//! The account: every byte of RSS in one class, and what nothing explains.

use serde::{Deserialize, Serialize};

use super::heaps::Heaps;
use super::reading::Reading;
use super::sampler::Known;
use request_arena_memory::maps::Maps;

/// Where every byte of RSS is: the classes and the unexplained rest add up to it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Account {
    /// Physical memory of the process, in bytes.
    pub rss_bytes: u64,
    /// What it is, in the order of the table. Each class is there, also with 0.
    pub classes: Vec<Class>,
    /// What no class explains. Never below zero: what the allocators count and is not there is in
    /// `untouched_bytes`.
    pub unexplained_bytes: i64,
    /// Bytes that the allocators count and that are no physical memory: allocated and never
    /// touched, given back, or swapped out. Not part of the sum.
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
pub(super) const CLASSES: [(&str, &str); 12] = [
    ("heap live", "live allocations of Rust's allocator, without arenas"),
    ("fragmentation", "free parts of pages that hold live allocations"),
    ("dirty", "freed pages that the allocator keeps"),
    ("muzzy", "freed pages that the kernel may take"),
    ("allocator metadata", "the allocator's own structures"),
    ("arenas in use", "chunks of open scopes and of named arenas"),
    ("arenas retained", "chunks that wait in the pool"),
    ("second allocator", "memory that C code holds in another allocator than Rust's"),
    ("other anonymous", "written data of the program and its libraries"),
    ("stacks", "stacks of threads"),
    ("file pages", "pages of mapped files and of the program"),
    ("shared", "shared memory"),
];

impl Account {
    /// The bytes of a class; 0 if there is none of this name.
    #[must_use]
    pub fn bytes_of(&self, class: &str) -> u64 {
        self.classes.iter().find(|known| known.name == class).map_or(0, |known| known.bytes)
    }

    /// Of a reading and the maps of about the same moment.
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
        }
    }
}

/// What every byte of physical memory is at one moment: of an account, and of a moment of the
/// timeline.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Split {
    pub(super) rss: u64,
    /// In the order of the classes.
    pub(super) bytes: [u64; CLASSES.len()],
    /// What is counted, and is no physical memory.
    pub(super) untouched: u64,
}

impl Split {
    /// Of a reading, and of where memory was then: by the [maps](Maps) of that moment, or
    /// [as far as its counters tell](Maps::at).
    pub(super) fn of(reading: &Reading, maps: &Maps, known: &[Known]) -> Self {
        let Heaps { rust, live, second, .. } = Heaps::of(reading, maps, known);
        let (in_use, retained) = resident_arenas(reading, live.saturating_sub(rust.live));
        let retained = retained.min(rust.live);
        let in_use = in_use.min(rust.live - retained);
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
        Self { rss: maps.rss, bytes, untouched: rust.untouched }
    }
}

/// Bytes of physical memory that arenas have: those in use with the named ones, and those in the
/// pool.
///
/// An arena's chunk is a live allocation, and its room need not have physical memory before it is
/// written. So live bytes that are `absent` from physical memory are taken off the room of arenas
/// first, and `heap live` stays what the allocator says without what arenas hold.
fn resident_arenas(reading: &Reading, absent: u64) -> (u64, u64) {
    let metered: u64 = reading.metered.iter().map(|arena| arena.reserved_bytes).sum();
    let written: u64 =
        reading.metered.iter().map(|arena| arena.used_bytes.min(arena.reserved_bytes)).sum();
    let in_use = reading.arenas_in_use + metered;
    let room_in_use = in_use.saturating_sub(reading.arenas_in_use_touched + written);
    let room_retained = reading.arenas_retained.saturating_sub(reading.arenas_retained_touched);
    let room = room_in_use + room_retained;
    let absent = absent.min(room);
    // Which room has memory already, as freed pages are used again, is not known: each kind bears
    // its part.
    let of_retained = u128::from(absent) * u128::from(room_retained) / u128::from(room.max(1));
    // A part of `absent`, which is a `u64`.
    let of_retained = of_retained as u64;
    (in_use - (absent - of_retained), reading.arenas_retained - of_retained)
}

#[cfg(test)]
mod tests;
