//! The samples of the heap that are still allocated, by address, in bounded memory.
//!
//! An allocator calls [`Table::insert`] and [`Table::remove`] from within `malloc` and `free`. So
//! neither of them allocates: the places are allocated by [`Table::prepare`]. A table that is half
//! full finds room without more memory, because hashbrown then drops its deleted entries in place.
//! For the same reason [`Table::copy`] allocates nothing while it holds a lock.
//!
//! jemalloc may report the free of a sample after the next sample at its address: if memory grows
//! in place, or if it moves and another thread gets its old place. The next sample then replaces
//! the first one, and [`Table::remove`] expects one more free.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use hashbrown::HashTable;

use crate::sync::{Mutex, lock};

/// Threads that allocate and free at the same time rarely wait for each other.
const SHARDS: usize = 64;

/// The samples that a shard holds: half of what 2,048 buckets do.
const PLACES: usize = 896;

/// An allocation that is not freed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Sample {
    pub(crate) address: usize,
    pub(crate) bytes: usize,
    /// The number of a site, or one of the numbers in [`running`](crate::coverage::running).
    pub(crate) scope: u32,
    /// The number that the sampler has for the call stack.
    pub(crate) stack: u32,
}

/// A sample, and the frees at its address that belong to earlier samples.
#[derive(Clone, Copy)]
struct Place {
    sample: Sample,
    earlier: u32,
}

/// See the module.
pub(crate) struct Table {
    shards: [Mutex<HashTable<Place>>; SHARDS],
    /// Samples that found no place.
    lost: AtomicU64,
}

impl Table {
    pub(crate) const fn new() -> Self {
        Self { shards: [const { Mutex::new(HashTable::new()) }; SHARDS], lost: AtomicU64::new(0) }
    }

    /// Allocates the places, if that was not done before.
    pub(crate) fn prepare(&self) {
        for shard in &self.shards {
            let mut places = HashTable::with_capacity(2 * PLACES);
            let mut shard = lock(shard);
            if shard.capacity() == 0 {
                core::mem::swap(&mut *shard, &mut places);
            }
            // The other table is dropped without the lock: to free memory may call `remove`.
            drop(shard);
        }
    }

    /// Returns `false` if there is no place for the sample.
    pub(crate) fn insert(&self, sample: Sample) -> bool {
        let hash = hash(sample.address);
        let mut shard = lock(self.shard(hash));
        if let Some(place) = shard.find_mut(hash, |place| place.is_at(sample.address)) {
            *place = Place { sample, earlier: place.earlier.saturating_add(1) };
            return true;
        }
        let has_room = shard.capacity() > 0 && shard.len() < PLACES;
        if has_room {
            let place = Place { sample, earlier: 0 };
            shard.insert_unique(hash, place, |place| self::hash(place.sample.address));
        } else {
            self.lost.fetch_add(1, Relaxed);
        }
        has_room
    }

    /// Removes the sample at this address, the earliest if there were several. Returns `false` if
    /// the allocation there is no sample.
    pub(crate) fn remove(&self, address: usize) -> bool {
        let hash = hash(address);
        let mut shard = lock(self.shard(hash));
        let Ok(mut entry) = shard.find_entry(hash, |place| place.is_at(address)) else {
            return false;
        };
        match entry.get().earlier.checked_sub(1) {
            Some(left) => entry.get_mut().earlier = left,
            None => _ = entry.remove(),
        }
        true
    }

    /// Copies all samples, one shard after the other. Takes 1.5 MiB of address space, in which only
    /// the samples are written.
    pub(crate) fn copy(&self) -> Vec<Sample> {
        let mut all: Vec<Sample> = Vec::with_capacity(SHARDS * PLACES);
        let own = all.as_ptr().addr();
        for shard in &self.shards {
            let samples = lock(shard);
            all.extend(samples.iter().map(|place| place.sample).filter(|it| it.address != own));
        }
        all
    }

    pub(crate) fn lost(&self) -> u64 {
        self.lost.load(Relaxed)
    }

    fn shard(&self, hash: u64) -> &Mutex<HashTable<Place>> {
        // hashbrown uses the lowest bits and the highest seven.
        &self.shards[(hash >> 40) as usize % SHARDS]
    }
}

impl Place {
    fn is_at(&self, address: usize) -> bool {
        self.sample.address == address
    }
}

/// Spreads addresses, which share their lowest bits, over all bits.
fn hash(address: usize) -> u64 {
    let product = u128::from(address as u64) * 0x9e37_79b9_7f4a_7c15;
    (product >> 64) as u64 ^ product as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample(address: usize) -> Sample {
        Sample { address, bytes: 100, scope: 1, stack: 0 }
    }

    #[test]
    fn a_sample_is_there_until_it_is_removed() {
        let table = Table::new();
        assert!(!table.insert(sample(4096)), "there are no places yet");
        table.prepare();
        assert!(table.insert(sample(4096)));
        table.prepare();
        assert_eq!(table.copy(), [sample(4096)], "the second call keeps the samples");
        assert!(!table.remove(8192));
        assert!(table.remove(4096));
        assert_eq!((table.remove(4096), table.lost()), (false, 1));
    }

    #[test]
    fn the_free_of_an_earlier_sample_leaves_the_next_one_at_its_address() {
        let table = Table::new();
        table.prepare();
        let grown = |bytes| Sample { bytes, ..sample(4096) };
        // Places that come free may lie before that of the first sample.
        let others: Vec<usize> = (2..=SHARDS * PLACES / 2).map(|page| page * 4096).collect();
        assert!(others.iter().all(|&address| table.insert(sample(address))));
        assert!(table.insert(sample(4096)));
        assert!(others.iter().all(|&address| table.remove(address)));
        for bytes in [200, 300] {
            assert!(table.insert(grown(bytes)), "it grows in place");
            assert_eq!(table.copy(), [grown(bytes)], "one allocation");
        }
        for _ in 0..2 {
            assert!(table.remove(4096), "the free of what was there before");
            assert_eq!(table.copy(), [grown(300)]);
        }
        assert!(table.remove(4096));
        assert_eq!((table.copy().len(), table.remove(4096)), (0, false));
    }

    #[test]
    fn a_sample_that_grows_in_place_needs_no_room() {
        let table = Table::new();
        table.prepare();
        let places = (1..=2 * SHARDS * PLACES).map(|page| page * 4096);
        let inserted: Vec<usize> = places.filter(|&page| table.insert(sample(page))).collect();
        let lost = table.lost();
        assert!(inserted.iter().all(|&page| table.insert(sample(page))), "a full table");
        assert_eq!((table.copy().len(), table.lost()), (SHARDS * PLACES, lost));
    }

    #[test]
    fn a_full_table_counts_what_it_loses() {
        let table = Table::new();
        table.prepare();
        let inserted = (1..=2 * SHARDS * PLACES).filter(|page| table.insert(sample(page * 4096)));
        let inserted = inserted.count();
        assert_eq!((table.copy().len(), inserted), (SHARDS * PLACES, SHARDS * PLACES));
        assert_eq!(table.lost(), (SHARDS * PLACES) as u64);
    }

    #[test]
    fn places_never_move_while_samples_come_and_go() {
        let table = Table::new();
        table.prepare();
        let capacities = || table.shards.each_ref().map(|shard| lock(shard).num_buckets());
        let before = capacities();
        // Each place is used forty times, so deleted entries are everywhere.
        for round in 0..40 {
            let addresses = (1..=SHARDS * PLACES / 2).map(|page| (page + round * 7919) * 4096);
            assert!(addresses.clone().all(|address| table.insert(sample(address))));
            assert!(addresses.rev().all(|address| table.remove(address)));
        }
        assert_eq!(capacities(), before);
    }

    #[test]
    fn addresses_of_pages_and_of_small_objects_spread_over_the_shards() {
        for step in [16, 48, 4096, 1 << 16, 2 << 20] {
            let mut counts = [0_usize; SHARDS];
            for index in 1..=64 * SHARDS {
                counts[(hash(0x7f00_0000_0000 + index * step) >> 40) as usize % SHARDS] += 1;
            }
            let (least, most) = (counts.iter().min().unwrap(), counts.iter().max().unwrap());
            assert!(*least > 25 && *most < 120, "{least} to {most} with steps of {step}");
        }
    }
}
