//! Entries of a [`SortedMap`], which insert or change a value with one search.

use core::fmt;

use allocator_api2::alloc::Allocator;

use super::SortedMap;
use super::segments::At;

/// The entry of a key, occupied or vacant. [`SortedMap::entry`] creates it.
pub enum Entry<'m, K, V, A: Allocator> {
    /// The key is in the map.
    Occupied(OccupiedEntry<'m, K, V, A>),
    /// The key is not in the map.
    Vacant(VacantEntry<'m, K, V, A>),
}

/// An occupied entry: the key is in the map.
pub struct OccupiedEntry<'m, K, V, A: Allocator> {
    pub(super) map: &'m mut SortedMap<K, V, A>,
    pub(super) at: At,
}

/// A vacant entry: the key is not in the map.
pub struct VacantEntry<'m, K, V, A: Allocator> {
    pub(super) map: &'m mut SortedMap<K, V, A>,
    pub(super) at: At,
    pub(super) key: K,
}

impl<'m, K, V, A: Allocator> Entry<'m, K, V, A> {
    /// Inserts `value` if the entry is vacant, and returns a mutable reference to the key's value.
    pub fn or_insert(self, value: V) -> &'m mut V {
        self.or_insert_with(|| value)
    }

    /// Inserts the result of `make` if the entry is vacant, and returns a mutable reference to the
    /// key's value.
    pub fn or_insert_with(self, make: impl FnOnce() -> V) -> &'m mut V {
        match self {
            Entry::Occupied(entry) => entry.into_mut(),
            Entry::Vacant(entry) => entry.insert(make()),
        }
    }

    /// Inserts the result of `make` if the entry is vacant, and returns a mutable reference to the
    /// key's value. `make` receives the key.
    pub fn or_insert_with_key(self, make: impl FnOnce(&K) -> V) -> &'m mut V {
        match self {
            Entry::Occupied(entry) => entry.into_mut(),
            Entry::Vacant(entry) => {
                let value = make(&entry.key);
                entry.insert(value)
            }
        }
    }

    /// Inserts the default if the entry is vacant, and returns a mutable reference to the key's
    /// value.
    pub fn or_default(self) -> &'m mut V
    where
        V: Default,
    {
        self.or_insert_with(V::default)
    }

    /// Changes the value if the entry is occupied.
    #[must_use = "an entry without a value is inserted by `or_insert`"]
    pub fn and_modify(mut self, change: impl FnOnce(&mut V)) -> Self {
        if let Entry::Occupied(entry) = &mut self {
            change(entry.get_mut());
        }
        self
    }

    /// Returns the key.
    pub fn key(&self) -> &K {
        match self {
            Entry::Occupied(entry) => entry.key(),
            Entry::Vacant(entry) => &entry.key,
        }
    }
}

impl<'m, K, V, A: Allocator> OccupiedEntry<'m, K, V, A> {
    fn entry(&self) -> &(K, V) {
        self.map.entries.at(self.at)
    }

    /// Returns the key in the map.
    #[must_use]
    pub fn key(&self) -> &K {
        &self.entry().0
    }

    /// Returns the value.
    #[must_use]
    pub fn get(&self) -> &V {
        &self.entry().1
    }

    /// Returns a mutable reference to the value.
    #[must_use]
    pub fn get_mut(&mut self) -> &mut V {
        &mut self.map.entries.at_mut(self.at).1
    }

    /// Returns a mutable reference to the value, for as long as the map is borrowed.
    #[must_use]
    pub fn into_mut(self) -> &'m mut V {
        &mut self.map.entries.at_mut(self.at).1
    }

    /// Replaces the value and returns the old one.
    pub fn insert(&mut self, value: V) -> V {
        core::mem::replace(self.get_mut(), value)
    }

    /// Removes the entry and returns its value.
    pub fn remove(self) -> V {
        self.remove_entry().1
    }

    /// Removes the entry and returns its key and value.
    pub fn remove_entry(self) -> (K, V) {
        self.map.entries.remove(self.at)
    }
}

impl<'m, K, V, A: Allocator> VacantEntry<'m, K, V, A> {
    /// Returns the key.
    #[must_use]
    pub fn key(&self) -> &K {
        &self.key
    }

    /// Consumes the entry and returns the key.
    #[must_use]
    pub fn into_key(self) -> K {
        self.key
    }

    /// Inserts the value and returns a mutable reference to it.
    pub fn insert(self, value: V) -> &'m mut V {
        let at = self.map.entries.insert(self.at, (self.key, value));
        &mut self.map.entries.at_mut(at).1
    }
}

impl<K: fmt::Debug, V: fmt::Debug, A: Allocator> fmt::Debug for Entry<'_, K, V, A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Entry::Occupied(entry) => f.debug_tuple("Entry").field(entry).finish(),
            Entry::Vacant(entry) => f.debug_tuple("Entry").field(entry).finish(),
        }
    }
}

impl<K: fmt::Debug, V: fmt::Debug, A: Allocator> fmt::Debug for OccupiedEntry<'_, K, V, A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OccupiedEntry")
            .field("key", self.key())
            .field("value", self.get())
            .finish_non_exhaustive()
    }
}

impl<K: fmt::Debug, V, A: Allocator> fmt::Debug for VacantEntry<'_, K, V, A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("VacantEntry").field(self.key()).finish()
    }
}
