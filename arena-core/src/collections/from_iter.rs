//! Collections from iterators: `collect` with an arena.

use core::hash::{BuildHasher, Hash};
use std::borrow::Cow;

use allocator_api2::alloc::Allocator;
use allocator_api2::vec::Vec;

use super::deque::VecDeque;
use super::hashed::TableAllocator;
use super::sorted_map::SortedMap;
use super::sorted_set::SortedSet;
use crate::text::String;

/// A collection that can be built from an iterator and an allocator, like `FromIterator` on the
/// heap.
///
/// All [`collections`](crate::collections) implement it, and so do `Option` and `Result` of them.
/// The names are those of `bumpalo`.
///
/// ```
/// use request_arena_core::collections::{FromIteratorIn, Vec};
/// use request_arena_core::{Site, scope};
///
/// static SITE: Site = Site::new("from_iter_in", module_path!(), file!(), line!());
/// scope(&SITE, |arena| {
///     let squares: Vec<'_, u32> = Vec::from_iter_in((1..4).map(|n| n * n), &arena);
///     assert_eq!(squares[..], [1, 4, 9]);
/// });
/// ```
pub trait FromIteratorIn<T>: Sized {
    /// The allocator of the collection: `&Arena`, or `Arena` for the types of
    /// [`owned`](super::owned).
    type Alloc;

    /// Builds the collection from the elements, in `arena`.
    fn from_iter_in<I: IntoIterator<Item = T>>(elements: I, arena: Self::Alloc) -> Self;
}

/// Adds `collect_in` to every iterator.
///
/// ```
/// use request_arena_core::collections::{CollectIn, HashMap, String, Vec};
/// use request_arena_core::{Site, scope};
///
/// static SITE: Site = Site::new("collect_in", module_path!(), file!(), line!());
/// scope(&SITE, |arena| {
///     let words = ["a", "bc"].iter();
///     let lengths: HashMap<_, _> = words.map(|word| (*word, word.len())).collect_in(&arena);
///     assert_eq!(lengths["bc"], 2);
///
///     let parsed = "1 2 x".split(' ').map(str::parse::<u8>);
///     let numbers: Result<Vec<'_, u8>, _> = parsed.collect_in(&arena);
///     assert!(numbers.is_err());
///
///     assert_eq!("abc".chars().rev().collect_in::<String>(&arena), "cba");
/// });
/// ```
pub trait CollectIn: Iterator + Sized {
    /// Collects the remaining elements of the iterator in `arena`.
    fn collect_in<C: FromIteratorIn<Self::Item>>(self, arena: C::Alloc) -> C {
        C::from_iter_in(self, arena)
    }
}

impl<I: Iterator> CollectIn for I {}

/// Implements `FromIteratorIn` for collections that start empty and implement `Extend`.
macro_rules! extended {
    ($([$($generics:tt)*] $collection:ty, of $element:ty, from $arena:ident: $empty:expr;)*) => {$(
        impl<$($generics)*> FromIteratorIn<$element> for $collection {
            type Alloc = A;

            fn from_iter_in<I: IntoIterator<Item = $element>>(elements: I, $arena: A) -> Self {
                let mut collection = $empty;
                collection.extend(elements);
                collection
            }
        }
    )*};
}

extended! {
    [T, A: Allocator] Vec<T, A>, of T, from arena: Vec::new_in(arena);
    [T, A: Allocator] VecDeque<T, A>, of T, from arena: VecDeque::new_in(arena);
    [K: Ord, V, A: Allocator] SortedMap<K, V, A>, of (K, V), from arena: SortedMap::new_in(arena);
    [T: Ord, A: Allocator] SortedSet<T, A>, of T, from arena: SortedSet::new_in(arena);
    [K: Eq + Hash, V, S: BuildHasher + Default, A: TableAllocator]
    hashbrown::HashMap<K, V, S, A>, of (K, V), from arena:
        hashbrown::HashMap::with_hasher_in(S::default(), arena);
    [T: Eq + Hash, S: BuildHasher + Default, A: TableAllocator]
    hashbrown::HashSet<T, S, A>, of T, from arena:
        hashbrown::HashSet::with_hasher_in(S::default(), arena);
    [A: Allocator] String<A>, of char, from arena: String::new_in(arena);
    ['s, A: Allocator] String<A>, of &'s char, from arena: String::new_in(arena);
    ['s, A: Allocator] String<A>, of &'s str, from arena: String::new_in(arena);
    ['s, A: Allocator] String<A>, of &'s mut str, from arena: String::new_in(arena);
    ['s, A: Allocator] String<A>, of Cow<'s, str>, from arena: String::new_in(arena);
    [A: Allocator] String<A>, of std::string::String, from arena: String::new_in(arena);
    [A: Allocator, B: Allocator] String<A>, of String<B>, from arena: String::new_in(arena);
}

impl<T, C: FromIteratorIn<T>> FromIteratorIn<Option<T>> for Option<C> {
    type Alloc = C::Alloc;

    /// Returns the collection, or `None` at the first `None`.
    fn from_iter_in<I: IntoIterator<Item = Option<T>>>(elements: I, arena: C::Alloc) -> Self {
        let elements = elements.into_iter().map(|element| element.ok_or(()));
        Result::<C, ()>::from_iter_in(elements, arena).ok()
    }
}

impl<T, E, C: FromIteratorIn<T>> FromIteratorIn<Result<T, E>> for Result<C, E> {
    type Alloc = C::Alloc;

    /// Returns the collection, or the first error.
    fn from_iter_in<I: IntoIterator<Item = Result<T, E>>>(elements: I, arena: C::Alloc) -> Self {
        let mut failed = None;
        let mut elements = elements.into_iter();
        let until_failed = core::iter::from_fn(|| match elements.next()? {
            Ok(element) => Some(element),
            Err(error) => {
                failed = Some(error);
                None
            }
        });
        let collection = C::from_iter_in(until_failed.fuse(), arena);
        failed.map_or(Ok(collection), Err)
    }
}
