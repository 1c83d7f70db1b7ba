//! The iterators of [`SortedMap`].

use core::fmt;
use core::iter::{Flatten, FusedIterator};
use core::slice;

use allocator_api2::alloc::Allocator;
use allocator_api2::vec;

use super::SortedMap;
use super::segments::Segment;

/// Defines an iterator over the entries of segments that knows how many are left.
macro_rules! entries {
    (
        $(#[$doc:meta])*
        $name:ident<[$($generics:tt)*] $($parameters:tt),*>($inner:ty)
            gives $entry:ty, by $each:expr
    ) => {
        $(#[$doc])*
        pub struct $name<$($generics)*> {
            inner: Flatten<$inner>,
            left: usize,
        }

        impl<$($generics)*> Iterator for $name<$($parameters),*> {
            type Item = $entry;

            fn next(&mut self) -> Option<$entry> {
                let entry = self.inner.next()?;
                self.left -= 1;
                Some($each(entry))
            }

            fn size_hint(&self) -> (usize, Option<usize>) {
                (self.left, Some(self.left))
            }
        }

        impl<$($generics)*> DoubleEndedIterator for $name<$($parameters),*> {
            fn next_back(&mut self) -> Option<$entry> {
                let entry = self.inner.next_back()?;
                self.left -= 1;
                Some($each(entry))
            }
        }

        impl<$($generics)*> ExactSizeIterator for $name<$($parameters),*> {}
        impl<$($generics)*> FusedIterator for $name<$($parameters),*> {}

        impl<$($generics)*> fmt::Debug for $name<$($parameters),*> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.debug_struct(stringify!($name)).field("left", &self.left).finish_non_exhaustive()
            }
        }
    };
}

entries! {
    /// An iterator over the entries of a map in the order of keys. [`SortedMap::iter`] creates it.
    Iter<['m, K, V] 'm, K, V>(slice::Iter<'m, Segment<(K, V)>>)
    gives (&'m K, &'m V), by |(key, value): &'m (K, V)| (key, value)
}

entries! {
    /// An iterator over the entries of a map in the order of keys, with mutable values.
    /// [`SortedMap::iter_mut`] creates it.
    IterMut<['m, K, V] 'm, K, V>(slice::IterMut<'m, Segment<(K, V)>>)
    gives (&'m K, &'m mut V), by |(key, value): &'m mut (K, V)| (&*key, value)
}

entries! {
    /// An iterator that owns the entries of a map, in the order of keys.
    IntoIter<[K, V, A: Allocator] K, V, A>(vec::IntoIter<Segment<(K, V)>, A>)
    gives (K, V), by core::convert::identity
}

impl<K, V> Clone for Iter<'_, K, V> {
    fn clone(&self) -> Self {
        Self { inner: self.inner.clone(), left: self.left }
    }
}

impl<K, V, A: Allocator> SortedMap<K, V, A> {
    /// Returns an iterator over the entries, in the order of keys.
    pub fn iter(&self) -> Iter<'_, K, V> {
        Iter { inner: self.entries.all().iter().flatten(), left: self.len() }
    }

    /// Returns an iterator over the entries, in the order of keys, with mutable values.
    pub fn iter_mut(&mut self) -> IterMut<'_, K, V> {
        let left = self.len();
        IterMut { inner: self.entries.all_mut().iter_mut().flatten(), left }
    }

    /// Returns an iterator over the keys, in order.
    pub fn keys(&self) -> impl DoubleEndedIterator<Item = &K> + ExactSizeIterator + Clone {
        self.iter().map(|(key, _)| key)
    }

    /// Returns an iterator over the values, in the order of keys.
    pub fn values(&self) -> impl DoubleEndedIterator<Item = &V> + ExactSizeIterator + Clone {
        self.iter().map(|(_, value)| value)
    }

    /// Returns a mutable iterator over the values, in the order of keys.
    pub fn values_mut(&mut self) -> impl DoubleEndedIterator<Item = &mut V> + ExactSizeIterator {
        self.iter_mut().map(|(_, value)| value)
    }

    /// Consumes the map and returns an iterator over the keys, in order.
    pub fn into_keys(self) -> impl DoubleEndedIterator<Item = K> + ExactSizeIterator {
        self.into_iter().map(|(key, _)| key)
    }

    /// Consumes the map and returns an iterator over the values, in the order of keys.
    pub fn into_values(self) -> impl DoubleEndedIterator<Item = V> + ExactSizeIterator {
        self.into_iter().map(|(_, value)| value)
    }
}

impl<K, V, A: Allocator> IntoIterator for SortedMap<K, V, A> {
    type Item = (K, V);
    type IntoIter = IntoIter<K, V, A>;

    fn into_iter(self) -> IntoIter<K, V, A> {
        let left = self.len();
        IntoIter { inner: self.entries.into_all().into_iter().flatten(), left }
    }
}

impl<'m, K, V, A: Allocator> IntoIterator for &'m SortedMap<K, V, A> {
    type Item = (&'m K, &'m V);
    type IntoIter = Iter<'m, K, V>;

    fn into_iter(self) -> Iter<'m, K, V> {
        self.iter()
    }
}

impl<'m, K, V, A: Allocator> IntoIterator for &'m mut SortedMap<K, V, A> {
    type Item = (&'m K, &'m mut V);
    type IntoIter = IterMut<'m, K, V>;

    fn into_iter(self) -> IterMut<'m, K, V> {
        self.iter_mut()
    }
}
