//! Named arenas: long-lived arenas of the program, with a name for findings.
//!
//! A `Bump` is not `Sync`, so the doctor's thread cannot read it. Its owner reports its size by two
//! relaxed stores. [`MeteredBump`] does that by itself. For other arenas the program calls a
//! [`Meter`].

use core::mem::needs_drop;
use core::ops::Deref;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::{Mutex, PoisonError};

use bumpalo::Bump;

/// The most names. Later names count as the last one.
pub(super) const MOST_NAMES: usize = 32;

static ENTRIES: Mutex<Vec<&'static Entry>> = Mutex::new(Vec::new());

/// The figures of all arenas with one name.
#[derive(Debug)]
struct Entry {
    name: &'static str,
    used: AtomicU64,
    /// The most bytes that one of them had in use since the last reading.
    peak: AtomicU64,
    reserved: AtomicU64,
    resets: AtomicU64,
    undropped: AtomicU64,
}

impl Entry {
    /// Entries are never removed. There is one for each name.
    fn of(name: &'static str) -> &'static Self {
        let mut entries = ENTRIES.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(entry) = entries.iter().find(|entry| entry.name == name) {
            return entry;
        }
        if entries.len() == MOST_NAMES {
            return entries[MOST_NAMES - 1];
        }
        let zero = || AtomicU64::new(0);
        let entry = Self {
            name,
            used: zero(),
            peak: zero(),
            reserved: zero(),
            resets: zero(),
            undropped: zero(),
        };
        let entry: &'static Self = Box::leak(Box::new(entry));
        entries.push(entry);
        entry
    }
}

/// The figures of the arenas with one name at one moment, in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct MeteredReading {
    pub(super) name: &'static str,
    pub(super) used_bytes: u64,
    /// The most bytes that one of them had in use since the last reading.
    pub(super) peak_bytes: u64,
    pub(super) reserved_bytes: u64,
    pub(super) resets: u64,
    /// Values that need `Drop`, in an arena that does not run it.
    pub(super) undropped: u64,
}

/// All names, in the order of their first use.
pub(super) fn read() -> Box<[MeteredReading]> {
    let entries = ENTRIES.lock().unwrap_or_else(PoisonError::into_inner);
    let read = |entry: &&Entry| MeteredReading {
        name: entry.name,
        used_bytes: entry.used.load(Relaxed),
        peak_bytes: entry.peak.swap(0, Relaxed).max(entry.used.load(Relaxed)),
        reserved_bytes: entry.reserved.load(Relaxed),
        resets: entry.resets.load(Relaxed),
        undropped: entry.undropped.load(Relaxed),
    };
    entries.iter().map(read).collect()
}

/// The bytes of chunks for each name.
#[cfg(feature = "heap-profile")]
pub(super) fn reserved() -> Vec<(&'static str, u64)> {
    let entries = ENTRIES.lock().unwrap_or_else(PoisonError::into_inner);
    entries.iter().map(|entry| (entry.name, entry.reserved.load(Relaxed))).collect()
}

/// Reports the size of one arena under a name. Several arenas can share a name, and are added up.
/// Dropping the meter removes the arena's figures.
///
/// ```
/// use request_arena_doctor::Meter;
///
/// let meter = Meter::new("postings");
/// let mut bump = bumpalo::Bump::new();
/// bump.alloc_str("a text");
/// meter.observe(&bump); // before each reset, and from time to time
/// bump.reset();
/// meter.note_reset(&bump);
/// ```
#[derive(Debug)]
pub struct Meter {
    entry: &'static Entry,
    used: AtomicU64,
    reserved: AtomicU64,
}

impl Meter {
    /// A meter with this name, for an empty arena.
    #[must_use]
    pub fn new(name: &'static str) -> Self {
        Self { entry: Entry::of(name), used: AtomicU64::new(0), reserved: AtomicU64::new(0) }
    }

    /// Reports that the arena has `used_bytes` in use and `reserved_bytes` of chunks. Call it from
    /// one thread at a time.
    #[inline]
    pub fn record(&self, used_bytes: u64, reserved_bytes: u64) {
        let moved = |mine: &AtomicU64, all: &AtomicU64, now: u64| {
            let before = mine.load(Relaxed);
            if before != now {
                mine.store(now, Relaxed);
                all.fetch_add(now.wrapping_sub(before), Relaxed);
            }
        };
        moved(&self.used, &self.entry.used, used_bytes);
        if used_bytes > self.entry.peak.load(Relaxed) {
            self.entry.peak.fetch_max(used_bytes, Relaxed);
        }
        moved(&self.reserved, &self.entry.reserved, reserved_bytes);
    }

    /// As [`record`](Self::record), for a `Bump`. Unused space at the end of all chunks but the
    /// last counts as used.
    #[inline]
    pub fn observe(&self, bump: &Bump) {
        let reserved = bump.allocated_bytes();
        self.record(reserved.saturating_sub(bump.chunk_capacity()) as u64, reserved as u64);
    }

    /// Reports that the arena was reset. [Observe](Self::observe) it before the reset, so that the
    /// doctor knows its peak.
    pub fn note_reset(&self, bump: &Bump) {
        self.entry.resets.fetch_add(1, Relaxed);
        self.observe(bump);
    }

    /// Reports the number of values that were put into the arena, need `Drop`, and will not get it.
    pub fn note_undropped(&self, values: u64) {
        self.entry.undropped.fetch_add(values, Relaxed);
    }
}

impl Drop for Meter {
    fn drop(&mut self) {
        self.record(0, 0);
    }
}

/// A `Bump` that reports its size under a name, at each use and reset. A report costs about 2 ns.
///
/// An allocation is reported at the next use, or when [`observe`](Self::observe) is called.
///
/// ```
/// use std::sync::{Arc, Mutex};
/// use request_arena_doctor::metered;
///
/// let index = Arc::new(Mutex::new(metered("index")));
/// index.lock().unwrap().alloc_str("kept until the process ends");
/// ```
#[derive(Debug)]
pub struct MeteredBump {
    bump: Bump,
    meter: Meter,
}

/// An empty arena that reports its size under this name. See [`MeteredBump`].
#[must_use]
pub fn metered(name: &'static str) -> MeteredBump {
    MeteredBump::around(name, Bump::new())
}

impl MeteredBump {
    /// Meters an existing arena.
    #[must_use]
    pub fn around(name: &'static str, bump: Bump) -> Self {
        let metered = Self { bump, meter: Meter::new(name) };
        metered.observe();
        metered
    }

    /// As `Bump::alloc`. It also counts values that need `Drop`, which the arena will not run.
    #[inline]
    pub fn alloc<T>(&self, value: T) -> &mut T {
        if needs_drop::<T>() {
            self.meter.note_undropped(1);
        }
        let place = self.bump.alloc(value);
        self.observe();
        place
    }

    /// Empties the arena and keeps its last chunk, as `Bump::reset`.
    pub fn reset(&mut self) {
        self.observe();
        self.bump.reset();
        self.meter.note_reset(&self.bump);
    }

    /// Reports its size now.
    #[inline]
    pub fn observe(&self) {
        self.meter.observe(&self.bump);
    }

    /// Returns the arena, which is no longer metered.
    #[must_use]
    pub fn into_inner(self) -> Bump {
        self.bump
    }
}

impl Deref for MeteredBump {
    type Target = Bump;

    #[inline]
    fn deref(&self) -> &Bump {
        self.observe();
        &self.bump
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reading(name: &str) -> MeteredReading {
        *read().iter().find(|reading| reading.name == name).unwrap()
    }

    #[test]
    fn arenas_of_one_name_are_added_up_and_a_dropped_one_holds_nothing() {
        let (mut first, second) = (metered("added up"), metered("added up"));
        first.alloc([1_u8; 1000]);
        second.alloc_slice_fill_copy(3000, 1_u8);
        second.observe();
        assert!(
            (4000..4100).contains(&reading("added up").used_bytes),
            "{:?}",
            reading("added up")
        );
        first.reset();
        assert_eq!(reading("added up").resets, 1);
        assert!((3000..3100).contains(&reading("added up").used_bytes));
        assert!(reading("added up").reserved_bytes >= 3448);
        drop((first, second));
        assert_eq!((reading("added up").used_bytes, reading("added up").reserved_bytes), (0, 0));
    }

    #[test]
    fn values_whose_drop_is_forgotten_are_counted_and_others_are_not() {
        let arena = metered("forgetful");
        arena.alloc(7_u64);
        assert_eq!(reading("forgetful").undropped, 0);
        arena.alloc(vec![7_u64]);
        assert_eq!(reading("forgetful").undropped, 1);
    }
}
