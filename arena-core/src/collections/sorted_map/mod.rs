//! A sorted map, without unsafe code.
//!
//! `std`'s `BTreeMap` takes an allocator only on nightly, and so does its port in `copse`. `blart`
//! is a radix tree and needs keys that are byte strings. This map keeps its entries in order in a
//! single `Vec`; see `segments`.

use core::borrow::Borrow;
use core::cmp::Ordering;
use core::fmt;
use core::hash::{Hash, Hasher};
use core::ops::{Bound, Index, RangeBounds};

use allocator_api2::alloc::Allocator;

mod entry;
mod iter;
mod segments;

pub use entry::{Entry, OccupiedEntry, VacantEntry};
pub use iter::{IntoIter, Iter, IterMut};
use segments::{At, Segments, between, between_mut};

/// A sorted map with the methods of `BTreeMap`. See [`collections`](crate::collections) for the
/// aliases to use.
///
/// ```
/// use request_arena_core::{Site, collections::SortedMap, scope};
///
/// static SITE: Site = Site::new("sorted map", module_path!(), file!(), line!());
/// scope(&SITE, |arena| {
///     let mut hits = SortedMap::new_in(&arena);
///     for word in ["b", "a", "c", "a"] {
///         *hits.entry(word).or_insert(0) += 1;
///     }
///     assert!(hits.iter().eq([(&"a", &2), (&"b", &1), (&"c", &1)]));
///     assert!(hits.range("b"..).map(|(word, _)| *word).eq(["b", "c"]));
/// });
/// ```
///
/// # Cost
///
/// A look-up is a binary search, O(log n). An iteration runs over contiguous memory.
///
/// Inserting and removing move O(log² n) entries amortised, in any order of keys. Inserting in
/// ascending order moves none. An insertion that finds no room nearby moves all entries, O(n), like
/// a `Vec` that grows.
///
/// The first insertion allocates room for 16 entries. Entries fill between a quarter and all of the
/// room.
pub struct SortedMap<K, V, A: Allocator> {
    entries: Segments<(K, V), A>,
}

impl<K, V, A: Allocator> SortedMap<K, V, A> {
    /// Creates an empty map. It allocates nothing yet.
    #[must_use]
    pub fn new_in(arena: A) -> Self {
        Self { entries: Segments::new_in(arena) }
    }

    /// Returns the allocator of the entries.
    #[must_use]
    pub fn allocator(&self) -> &A {
        self.entries.allocator()
    }

    /// Returns the number of entries.
    #[must_use]
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Returns whether the map has no entry.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Removes all entries and keeps the capacity.
    pub fn clear(&mut self) {
        self.entries.clear();
    }

    /// Returns the entry with the least key.
    #[must_use]
    pub fn first_key_value(&self) -> Option<(&K, &V)> {
        self.iter().next()
    }

    /// Returns the entry with the greatest key.
    #[must_use]
    pub fn last_key_value(&self) -> Option<(&K, &V)> {
        self.iter().next_back()
    }

    /// Removes the entry with the least key and returns it.
    pub fn pop_first(&mut self) -> Option<(K, V)> {
        if self.is_empty() {
            None
        } else {
            Some(self.entries.remove(Segments::<(K, V), A>::start()))
        }
    }

    /// Removes the entry with the greatest key and returns it.
    pub fn pop_last(&mut self) -> Option<(K, V)> {
        self.entries.last().map(|last| self.entries.remove(last))
    }

    /// Keeps the entries for which `keep` returns `true`. If `keep` panics, the map keeps the
    /// entries that `keep` has not rejected.
    ///
    /// Cost: one pass.
    pub fn retain(&mut self, mut keep: impl FnMut(&K, &mut V) -> bool) {
        self.entries.retain(|(key, value)| keep(key, value));
    }
}

impl<K: Ord, V, A: Allocator> SortedMap<K, V, A> {
    fn search<Q: Ord + ?Sized>(&self, key: &Q) -> Result<At, At>
    where
        K: Borrow<Q>,
    {
        self.entries.search(|(other, _)| other.borrow().cmp(key))
    }

    /// Inserts a value and returns the key's old value. As in `BTreeMap`, the map then keeps the
    /// old key.
    pub fn insert(&mut self, key: K, value: V) -> Option<V> {
        match self.entry(key) {
            Entry::Occupied(mut entry) => Some(entry.insert(value)),
            Entry::Vacant(entry) => {
                entry.insert(value);
                None
            }
        }
    }

    /// Returns the entry of a key, which changes or inserts its value with one search.
    pub fn entry(&mut self, key: K) -> Entry<'_, K, V, A> {
        match self.search(&key) {
            Ok(at) => Entry::Occupied(OccupiedEntry { map: self, at }),
            Err(at) => Entry::Vacant(VacantEntry { map: self, at, key }),
        }
    }

    /// Returns the value of a key.
    #[must_use]
    pub fn get<Q: Ord + ?Sized>(&self, key: &Q) -> Option<&V>
    where
        K: Borrow<Q>,
    {
        self.get_key_value(key).map(|(_, value)| value)
    }

    /// Returns the key in the map and its value.
    #[must_use]
    pub fn get_key_value<Q: Ord + ?Sized>(&self, key: &Q) -> Option<(&K, &V)>
    where
        K: Borrow<Q>,
    {
        let (key, value) = self.entries.at(self.search(key).ok()?);
        Some((key, value))
    }

    /// Returns a mutable reference to the value of a key.
    #[must_use]
    pub fn get_mut<Q: Ord + ?Sized>(&mut self, key: &Q) -> Option<&mut V>
    where
        K: Borrow<Q>,
    {
        let at = self.search(key).ok()?;
        Some(&mut self.entries.at_mut(at).1)
    }

    /// Returns whether the key is in the map.
    #[must_use]
    pub fn contains_key<Q: Ord + ?Sized>(&self, key: &Q) -> bool
    where
        K: Borrow<Q>,
    {
        self.search(key).is_ok()
    }

    /// Removes a key and returns its value.
    pub fn remove<Q: Ord + ?Sized>(&mut self, key: &Q) -> Option<V>
    where
        K: Borrow<Q>,
    {
        self.remove_entry(key).map(|(_, value)| value)
    }

    /// Removes a key and returns it with its value.
    pub fn remove_entry<Q: Ord + ?Sized>(&mut self, key: &Q) -> Option<(K, V)>
    where
        K: Borrow<Q>,
    {
        let at = self.search(key).ok()?;
        Some(self.entries.remove(at))
    }

    /// Returns an iterator over the entries within a range of keys, in order.
    ///
    /// # Panics
    ///
    /// Panics if the range starts after its end.
    pub fn range<Q: Ord + ?Sized, R: RangeBounds<Q>>(
        &self,
        range: R,
    ) -> impl DoubleEndedIterator<Item = (&K, &V)> + Clone + use<'_, K, V, A, Q, R>
    where
        K: Borrow<Q>,
    {
        let (start, end) = self.places(&range);
        let (first, middle, last) = between(self.entries.all(), start, end);
        first.iter().chain(middle.iter().flatten()).chain(last).map(|(key, value)| (key, value))
    }

    /// Returns an iterator over the entries within a range of keys, in order, with mutable values.
    ///
    /// # Panics
    ///
    /// Panics if the range starts after its end.
    pub fn range_mut<Q: Ord + ?Sized, R: RangeBounds<Q>>(
        &mut self,
        range: R,
    ) -> impl DoubleEndedIterator<Item = (&K, &mut V)> + use<'_, K, V, A, Q, R>
    where
        K: Borrow<Q>,
    {
        let (start, end) = self.places(&range);
        let (first, middle, last) = between_mut(self.entries.all_mut(), start, end);
        first
            .iter_mut()
            .chain(middle.iter_mut().flatten())
            .chain(last)
            .map(|(key, value)| (&*key, value))
    }

    /// Returns the places of the start and the end of a range of keys.
    fn places<Q: Ord + ?Sized>(&self, range: &impl RangeBounds<Q>) -> (At, At)
    where
        K: Borrow<Q>,
    {
        use Bound::{Excluded, Included, Unbounded};
        let (start, end) = (range.start_bound(), range.end_bound());
        match (start, end) {
            (Excluded(start), Excluded(end)) => {
                assert!(start < end, "the range of keys has no inside");
            }
            (Included(start) | Excluded(start), Included(end) | Excluded(end)) => {
                assert!(start <= end, "the range of keys starts behind its end");
            }
            (Unbounded, _) | (_, Unbounded) => {}
        }
        let before = |key| self.search(key).unwrap_or_else(|at| at);
        let behind = |key| self.search(key).map_or_else(|at| at, Segments::<(K, V), A>::behind);
        let start = match start {
            Included(key) => before(key),
            Excluded(key) => behind(key),
            Unbounded => Segments::<(K, V), A>::start(),
        };
        let end = match end {
            Included(key) => behind(key),
            Excluded(key) => before(key),
            Unbounded => self.entries.end(),
        };
        (start, end)
    }

    /// Moves all entries of another map into this one.
    pub fn append<B: Allocator>(&mut self, other: &mut SortedMap<K, V, B>) {
        while let Some((key, value)) = other.pop_last() {
            self.insert(key, value);
        }
    }
}

impl<K: Ord, V, A: Allocator> Extend<(K, V)> for SortedMap<K, V, A> {
    fn extend<I: IntoIterator<Item = (K, V)>>(&mut self, entries: I) {
        entries.into_iter().for_each(|(key, value)| drop(self.insert(key, value)));
    }
}

impl<'e, K: Ord + Copy + 'e, V: Copy + 'e, A: Allocator> Extend<(&'e K, &'e V)>
    for SortedMap<K, V, A>
{
    fn extend<I: IntoIterator<Item = (&'e K, &'e V)>>(&mut self, entries: I) {
        self.extend(entries.into_iter().map(|(&key, &value)| (key, value)));
    }
}

impl<K: Clone, V: Clone, A: Allocator + Clone> Clone for SortedMap<K, V, A> {
    fn clone(&self) -> Self {
        Self { entries: self.entries.clone() }
    }
}

impl<K: Borrow<Q> + Ord, Q: Ord + ?Sized, V, A: Allocator> Index<&Q> for SortedMap<K, V, A> {
    type Output = V;

    fn index(&self, key: &Q) -> &V {
        self.get(key).expect("the map has no such key")
    }
}

impl<K: fmt::Debug, V: fmt::Debug, A: Allocator> fmt::Debug for SortedMap<K, V, A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self).finish()
    }
}

impl<K: PartialEq, V: PartialEq, A: Allocator, B: Allocator> PartialEq<SortedMap<K, V, B>>
    for SortedMap<K, V, A>
{
    fn eq(&self, other: &SortedMap<K, V, B>) -> bool {
        self.iter().eq(other)
    }
}

impl<K: Eq, V: Eq, A: Allocator> Eq for SortedMap<K, V, A> {}

impl<K: PartialOrd, V: PartialOrd, A: Allocator> PartialOrd for SortedMap<K, V, A> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        self.iter().partial_cmp(other)
    }
}

impl<K: Ord, V: Ord, A: Allocator> Ord for SortedMap<K, V, A> {
    fn cmp(&self, other: &Self) -> Ordering {
        self.iter().cmp(other)
    }
}

impl<K: Hash, V: Hash, A: Allocator> Hash for SortedMap<K, V, A> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write_usize(self.len());
        self.iter().for_each(|entry| entry.hash(state));
    }
}

#[cfg(feature = "serde")]
impl<K: serde::Serialize, V: serde::Serialize, A: Allocator> serde::Serialize
    for SortedMap<K, V, A>
{
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self)
    }
}
