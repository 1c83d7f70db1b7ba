//! A sorted set: a [`SortedMap`] without values.

use core::borrow::Borrow;
use core::cmp::Ordering;
use core::fmt;
use core::hash::{Hash, Hasher};
use core::ops::RangeBounds;

use allocator_api2::alloc::Allocator;

use super::sorted_map::{self, SortedMap};

/// A sorted set with the methods of `BTreeSet`. See [`collections`](crate::collections) for the
/// aliases to use.
///
/// ```
/// use request_arena_core::{Site, collections::SortedSet, scope};
///
/// static SITE: Site = Site::new("sorted set", module_path!(), file!(), line!());
/// scope(&SITE, |arena| {
///     let mut seen = SortedSet::new_in(&arena);
///     seen.extend([3, 1, 2, 3]);
///     assert!(seen.iter().eq(&[1, 2, 3]));
///     assert!(!seen.insert(2));
/// });
/// ```
///
/// Cost: the same as [`SortedMap`].
pub struct SortedSet<T, A: Allocator> {
    map: SortedMap<T, (), A>,
}

impl<T, A: Allocator> SortedSet<T, A> {
    /// Creates an empty set. It allocates nothing yet.
    #[must_use]
    pub fn new_in(arena: A) -> Self {
        Self { map: SortedMap::new_in(arena) }
    }

    /// Returns the allocator of the elements.
    #[must_use]
    pub fn allocator(&self) -> &A {
        self.map.allocator()
    }

    /// Returns the number of elements.
    #[must_use]
    pub fn len(&self) -> usize {
        self.map.len()
    }

    /// Returns whether the set has no element.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.map.is_empty()
    }

    /// Removes all elements and keeps the capacity.
    pub fn clear(&mut self) {
        self.map.clear();
    }

    /// Returns an iterator over the elements, in order.
    pub fn iter(&self) -> Iter<'_, T> {
        Iter(self.map.iter())
    }

    /// Returns the least element.
    #[must_use]
    pub fn first(&self) -> Option<&T> {
        self.iter().next()
    }

    /// Returns the greatest element.
    #[must_use]
    pub fn last(&self) -> Option<&T> {
        self.iter().next_back()
    }

    /// Removes the least element and returns it.
    pub fn pop_first(&mut self) -> Option<T> {
        self.map.pop_first().map(|(element, ())| element)
    }

    /// Removes the greatest element and returns it.
    pub fn pop_last(&mut self) -> Option<T> {
        self.map.pop_last().map(|(element, ())| element)
    }

    /// Keeps the elements for which `keep` returns `true`. If `keep` panics, the set keeps the
    /// elements that `keep` has not rejected.
    pub fn retain(&mut self, mut keep: impl FnMut(&T) -> bool) {
        self.map.retain(|element, ()| keep(element));
    }
}

impl<T: Ord, A: Allocator> SortedSet<T, A> {
    /// Inserts an element and returns whether it is new.
    pub fn insert(&mut self, element: T) -> bool {
        self.map.insert(element, ()).is_none()
    }

    /// Removes an element and returns whether it was in the set.
    pub fn remove<Q: Ord + ?Sized>(&mut self, element: &Q) -> bool
    where
        T: Borrow<Q>,
    {
        self.take(element).is_some()
    }

    /// Removes an element and returns it.
    pub fn take<Q: Ord + ?Sized>(&mut self, element: &Q) -> Option<T>
    where
        T: Borrow<Q>,
    {
        self.map.remove_entry(element).map(|(element, ())| element)
    }

    /// Returns whether the element is in the set.
    #[must_use]
    pub fn contains<Q: Ord + ?Sized>(&self, element: &Q) -> bool
    where
        T: Borrow<Q>,
    {
        self.map.contains_key(element)
    }

    /// Returns the element of the set that equals `element`.
    #[must_use]
    pub fn get<Q: Ord + ?Sized>(&self, element: &Q) -> Option<&T>
    where
        T: Borrow<Q>,
    {
        self.map.get_key_value(element).map(|(element, ())| element)
    }

    /// Returns an iterator over the elements within a range, in order.
    ///
    /// # Panics
    ///
    /// Panics if the range starts after its end.
    pub fn range<Q: Ord + ?Sized, R: RangeBounds<Q>>(
        &self,
        range: R,
    ) -> impl DoubleEndedIterator<Item = &T> + Clone + use<'_, T, A, Q, R>
    where
        T: Borrow<Q>,
    {
        self.map.range(range).map(|(element, ())| element)
    }

    /// Moves all elements of another set into this one.
    pub fn append<B: Allocator>(&mut self, other: &mut SortedSet<T, B>) {
        self.map.append(&mut other.map);
    }

    /// Returns whether each element is also in `other`. Cost: a search in `other` for each element.
    #[must_use]
    pub fn is_subset<B: Allocator>(&self, other: &SortedSet<T, B>) -> bool {
        self.len() <= other.len() && self.iter().all(|element| other.contains(element))
    }

    /// Returns whether no element is in `other`. Cost: a search in `other` for each element.
    #[must_use]
    pub fn is_disjoint<B: Allocator>(&self, other: &SortedSet<T, B>) -> bool {
        self.intersection(other).next().is_none()
    }

    /// Returns an iterator over the elements that are in both sets. Cost: a search in `other` for
    /// each element of this set.
    pub fn intersection<'s, B: Allocator>(
        &'s self,
        other: &'s SortedSet<T, B>,
    ) -> impl DoubleEndedIterator<Item = &'s T> + Clone {
        self.iter().filter(|element| other.contains(*element))
    }

    /// Returns an iterator over the elements that are not in `other`. Cost: a search in `other` for
    /// each element of this set.
    pub fn difference<'s, B: Allocator>(
        &'s self,
        other: &'s SortedSet<T, B>,
    ) -> impl DoubleEndedIterator<Item = &'s T> + Clone {
        self.iter().filter(|element| !other.contains(*element))
    }
}

/// An iterator over the elements of a set, in order. [`SortedSet::iter`] creates it.
pub struct Iter<'s, T>(sorted_map::Iter<'s, T, ()>);

/// An iterator that owns the elements of a set, in order.
pub struct IntoIter<T, A: Allocator>(sorted_map::IntoIter<T, (), A>);

/// Implements an iterator over the keys of a map's iterator.
macro_rules! keys {
    ($name:ident<[$($generics:tt)*] $($parameters:tt),*> gives $element:ty) => {
        impl<$($generics)*> Iterator for $name<$($parameters),*> {
            type Item = $element;

            fn next(&mut self) -> Option<$element> {
                self.0.next().map(|(element, _)| element)
            }

            fn size_hint(&self) -> (usize, Option<usize>) {
                self.0.size_hint()
            }
        }

        impl<$($generics)*> DoubleEndedIterator for $name<$($parameters),*> {
            fn next_back(&mut self) -> Option<$element> {
                self.0.next_back().map(|(element, _)| element)
            }
        }

        impl<$($generics)*> ExactSizeIterator for $name<$($parameters),*> {}
        impl<$($generics)*> core::iter::FusedIterator for $name<$($parameters),*> {}

        impl<$($generics)*> fmt::Debug for $name<$($parameters),*> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.debug_struct(stringify!($name)).field("left", &self.len()).finish_non_exhaustive()
            }
        }
    };
}

keys!(Iter<['s, T] 's, T> gives &'s T);
keys!(IntoIter<[T, A: Allocator] T, A> gives T);

impl<T> Clone for Iter<'_, T> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<T, A: Allocator> IntoIterator for SortedSet<T, A> {
    type Item = T;
    type IntoIter = IntoIter<T, A>;

    fn into_iter(self) -> IntoIter<T, A> {
        IntoIter(self.map.into_iter())
    }
}

impl<'s, T, A: Allocator> IntoIterator for &'s SortedSet<T, A> {
    type Item = &'s T;
    type IntoIter = Iter<'s, T>;

    fn into_iter(self) -> Iter<'s, T> {
        self.iter()
    }
}

impl<T: Ord, A: Allocator> Extend<T> for SortedSet<T, A> {
    fn extend<I: IntoIterator<Item = T>>(&mut self, elements: I) {
        self.map.extend(elements.into_iter().map(|element| (element, ())));
    }
}

impl<'e, T: Ord + Copy + 'e, A: Allocator> Extend<&'e T> for SortedSet<T, A> {
    fn extend<I: IntoIterator<Item = &'e T>>(&mut self, elements: I) {
        self.extend(elements.into_iter().copied());
    }
}

impl<T: Clone, A: Allocator + Clone> Clone for SortedSet<T, A> {
    fn clone(&self) -> Self {
        Self { map: self.map.clone() }
    }
}

impl<T: fmt::Debug, A: Allocator> fmt::Debug for SortedSet<T, A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self).finish()
    }
}

impl<T: PartialEq, A: Allocator, B: Allocator> PartialEq<SortedSet<T, B>> for SortedSet<T, A> {
    fn eq(&self, other: &SortedSet<T, B>) -> bool {
        self.iter().eq(other)
    }
}

impl<T: Eq, A: Allocator> Eq for SortedSet<T, A> {}

impl<T: PartialOrd, A: Allocator> PartialOrd for SortedSet<T, A> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        self.iter().partial_cmp(other)
    }
}

impl<T: Ord, A: Allocator> Ord for SortedSet<T, A> {
    fn cmp(&self, other: &Self) -> Ordering {
        self.iter().cmp(other)
    }
}

impl<T: Hash, A: Allocator> Hash for SortedSet<T, A> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write_usize(self.len());
        self.iter().for_each(|element| element.hash(state));
    }
}

#[cfg(feature = "serde")]
impl<T: serde::Serialize, A: Allocator> serde::Serialize for SortedSet<T, A> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self)
    }
}
