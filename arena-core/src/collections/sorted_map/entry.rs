//! The entry of a key in a [`SortedMap`]: one search for "insert or change".

use core::fmt;

use allocator_api2::alloc::Allocator;

use super::SortedMap;
use super::segments::At;

/// The entry of a key: it is there, or it can be inserted. Made by [`SortedMap::entry`].
pub enum Entry<'m, K, V, A: Allocator> {
    /// The key has a value.
    Occupied(OccupiedEntry<'m, K, V, A>),
    /// The key has no value.
    Vacant(VacantEntry<'m, K, V, A>),
}

/// The entry of a key that has a value.
pub struct OccupiedEntry<'m, K, V, A: Allocator> {
    pub(super) map: &'m mut SortedMap<K, V, A>,
    pub(super) at: At,
}

/// The entry of a key that has no value.
pub struct VacantEntry<'m, K, V, A: Allocator> {
    pub(super) map: &'m mut SortedMap<K, V, A>,
    pub(super) at: At,
    pub(super) key: K,
}

impl<'m, K, V, A: Allocator> Entry<'m, K, V, A> {
    /// The key's value, which is `value` if it had none.
    pub fn or_insert(self, value: V) -> &'m mut V {
        self.or_insert_with(|| value)
    }

    /// The key's value, which `make` makes if it had none.
    pub fn or_insert_with(self, make: impl FnOnce() -> V) -> &'m mut V {
        match self {
            Entry::Occupied(entry) => entry.into_mut(),
            Entry::Vacant(entry) => entry.insert(make()),
        }
    }

    /// The key's value, which `make` makes from the key if it had none.
    pub fn or_insert_with_key(self, make: impl FnOnce(&K) -> V) -> &'m mut V {
        match self {
            Entry::Occupied(entry) => entry.into_mut(),
            Entry::Vacant(entry) => {
                let value = make(&entry.key);
                entry.insert(value)
            }
        }
    }

    /// The key's value, which is the default if it had none.
    pub fn or_default(self) -> &'m mut V
    where
        V: Default,
    {
        self.or_insert_with(V::default)
    }

    /// Changes the value, if there is one.
    #[must_use = "an entry without a value is inserted by `or_insert`"]
    pub fn and_modify(mut self, change: impl FnOnce(&mut V)) -> Self {
        if let Entry::Occupied(entry) = &mut self {
            change(entry.get_mut());
        }
        self
    }

    /// The key.
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

    /// The key, as it is in the map.
    #[must_use]
    pub fn key(&self) -> &K {
        &self.entry().0
    }

    /// The value.
    #[must_use]
    pub fn get(&self) -> &V {
        &self.entry().1
    }

    /// The value, to be changed.
    #[must_use]
    pub fn get_mut(&mut self) -> &mut V {
        &mut self.map.entries.at_mut(self.at).1
    }

    /// The value, to be changed for as long as the map is borrowed.
    #[must_use]
    pub fn into_mut(self) -> &'m mut V {
        &mut self.map.entries.at_mut(self.at).1
    }

    /// Replaces the value, and returns the old one.
    pub fn insert(&mut self, value: V) -> V {
        core::mem::replace(self.get_mut(), value)
    }

    /// Removes the entry, and returns its value.
    pub fn remove(self) -> V {
        self.remove_entry().1
    }

    /// Removes the entry, and returns its key and value.
    pub fn remove_entry(self) -> (K, V) {
        self.map.entries.remove(self.at)
    }
}

impl<'m, K, V, A: Allocator> VacantEntry<'m, K, V, A> {
    /// The key.
    #[must_use]
    pub fn key(&self) -> &K {
        &self.key
    }

    /// The key, given back.
    #[must_use]
    pub fn into_key(self) -> K {
        self.key
    }

    /// Inserts the value.
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
