//! Collections of the arena.
//!
//! A collection over `&'a Arena<'a>` needs a handle that lives as long as the request. All such
//! collections of a document share one fork, which the first one takes. A collection of
//! [`owned`](crate::collections::owned) takes a fork of its own.

use core::fmt;
use core::hash::{BuildHasher, Hash};
use core::marker::PhantomData;
use core::mem::needs_drop;

use allocator_api2::vec::Vec;
use serde::Deserializer;
use serde::de::{Error, MapAccess, SeqAccess, Visitor};

use crate::arena::handle::Arena;
use crate::collections::deque::VecDeque;
use crate::collections::hashed::TableAllocator;
use crate::collections::sorted_map::SortedMap;
use crate::collections::sorted_set::SortedSet;
use crate::deserialize::derived::EmptyIn;
use crate::deserialize::lists::cautious;
use crate::deserialize::texts::{FromText, Text};
use crate::deserialize::{DeserializeIn, Destination};
use crate::text::String;

/// A handle that a collection of a document can have.
pub trait Handle<'a>: TableAllocator + Sized + 'a {
    #[doc(hidden)]
    fn take<E: Error>(destination: Destination<'_, 'a>) -> Result<Self, E>;
}

impl<'a> Handle<'a> for &'a Arena<'a> {
    #[inline]
    fn take<E: Error>(destination: Destination<'_, 'a>) -> Result<Self, E> {
        destination.handle()
    }
}

impl<'a> Handle<'a> for Arena<'a> {
    #[inline]
    fn take<E: Error>(destination: Destination<'_, 'a>) -> Result<Self, E> {
        let fork = destination.allocated(destination.arena.try_fork())?;
        // A document decides how many forks there are.
        destination.allocated(destination.arena.lease().charge_fork())?;
        Ok(fork)
    }
}

impl<'a, H: Handle<'a>> FromText<'a> for String<H> {
    const EXPECTED: &'static str = "a string";

    #[inline]
    fn from_text<E: Error>(destination: Destination<'_, 'a>, text: &str) -> Result<Self, E> {
        Ok(Self::from_str_in(text, H::take(destination)?))
    }
}

impl<'a, H: Handle<'a>> DeserializeIn<'a> for String<H> {
    const NEEDS_DROP: bool = false;

    #[inline]
    fn deserialize_in<'de, D>(
        destination: Destination<'_, 'a>,
        deserializer: D,
    ) -> Result<Self, D::Error>
    where
        D: Deserializer<'de>,
    {
        deserializer.deserialize_str(Text::<Self>::new(destination))
    }

    fn as_key(&self) -> Option<std::string::String> {
        Some(self.as_str().to_owned())
    }
}

impl<'a, H: Handle<'a>> EmptyIn<'a> for String<H> {
    #[inline]
    fn empty_in<E: Error>(destination: Destination<'_, 'a>) -> Result<Self, E> {
        Ok(Self::new_in(H::take(destination)?))
    }
}

/// A collection that grows by one element.
trait Grows<'a, H>: Sized {
    type Element: DeserializeIn<'a>;

    fn with_capacity(elements: usize, handle: H) -> Self;
    fn add(&mut self, element: Self::Element);
}

struct Sequence<'s, 'a, C, H> {
    destination: Destination<'s, 'a>,
    value: PhantomData<fn(H) -> C>,
}

impl<'de, 'a, C: Grows<'a, H>, H: Handle<'a>> Visitor<'de> for Sequence<'_, 'a, C, H> {
    type Value = C;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a sequence")
    }

    #[inline]
    fn visit_seq<A: SeqAccess<'de>>(self, mut sequence: A) -> Result<C, A::Error> {
        let to = self.destination;
        let claimed = cautious::<C::Element>(sequence.size_hint());
        let mut collection = C::with_capacity(claimed, H::take(to)?);
        let mut index = 0;
        while let Some(element) = to.in_index(index, sequence.next_element_seed(to.seed()))? {
            collection.add(element);
            index += 1;
        }
        Ok(collection)
    }
}

macro_rules! sequences {
    ($(
        $type:ty, <$($parameter:ident),+>, [$($bounds:tt)*], [$($hasher:ident)?], $add:ident,
        |$elements:ident, $handle:ident| $new:expr;
    )+) => {$(
        impl<'a, T: DeserializeIn<'a>, $($parameter),+> Grows<'a, H> for $type
        where
            H: Handle<'a>,
            $($bounds)*
        {
            type Element = T;

            #[inline]
            fn with_capacity($elements: usize, $handle: H) -> Self {
                $new
            }

            #[inline]
            fn add(&mut self, element: T) {
                self.$add(element);
            }
        }

        impl<'a, T: DeserializeIn<'a>, $($parameter),+> DeserializeIn<'a> for $type
        where
            H: Handle<'a>,
            $($bounds)*
        {
            const NEEDS_DROP: bool = T::NEEDS_DROP $(|| needs_drop::<$hasher>())?;

            #[inline]
            fn deserialize_in<'de, D>(
                destination: Destination<'_, 'a>,
                deserializer: D,
            ) -> Result<Self, D::Error>
            where
                D: Deserializer<'de>,
            {
                let sequence = Sequence::<Self, H> { destination, value: PhantomData };
                deserializer.deserialize_seq(sequence)
            }
        }

        impl<'a, T: DeserializeIn<'a>, $($parameter),+> EmptyIn<'a> for $type
        where
            H: Handle<'a>,
            $($bounds)*
        {
            #[inline]
            fn empty_in<E: Error>(destination: Destination<'_, 'a>) -> Result<Self, E> {
                Ok(<Self as Grows<'a, H>>::with_capacity(0, H::take(destination)?))
            }
        }
    )+};
}

sequences! {
    Vec<T, H>, <H>, [], [], push, |elements, handle| Self::with_capacity_in(elements, handle);
    VecDeque<T, H>, <H>, [], [], push_back,
        |elements, handle| Self::with_capacity_in(elements, handle);
    hashbrown::HashSet<T, S, H>, <S, H>, [T: Eq + Hash, S: BuildHasher + Default + 'a], [S], insert,
        |elements, handle| Self::with_capacity_and_hasher_in(elements, S::default(), handle);
    SortedSet<T, H>, <H>, [T: Ord], [], insert,
        |_elements, handle| Self::new_in(handle);
}

/// A map that grows by one entry.
trait GrowsByEntry<'a, H>: Sized {
    type Key: DeserializeIn<'a>;
    type Value: DeserializeIn<'a>;

    fn with_capacity(entries: usize, handle: H) -> Self;
    fn add(&mut self, key: Self::Key, value: Self::Value);
}

struct Entries<'s, 'a, C, H> {
    destination: Destination<'s, 'a>,
    value: PhantomData<fn(H) -> C>,
}

impl<'de, 'a, C: GrowsByEntry<'a, H>, H: Handle<'a>> Visitor<'de> for Entries<'_, 'a, C, H> {
    type Value = C;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a map")
    }

    #[inline]
    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<C, A::Error> {
        let to = self.destination;
        let claimed = cautious::<(C::Key, C::Value)>(entries.size_hint());
        let mut map = C::with_capacity(claimed, H::take(to)?);
        while let Some(key) = entries.next_key_seed(to.seed::<C::Key>())? {
            match entries.next_value_seed(to.seed::<C::Value>()) {
                Ok(value) => map.add(key, value),
                Err(error) => return Err(to.key_failed(key.as_key(), error)),
            }
        }
        Ok(map)
    }
}

macro_rules! maps {
    ($(
        $type:ty, <$($parameter:ident),+>, [$($bounds:tt)+], [$($hasher:ident)?],
        |$entries:ident, $handle:ident| $new:expr;
    )+) => {$(
        impl<'a, K: DeserializeIn<'a>, V: DeserializeIn<'a>, $($parameter),+> GrowsByEntry<'a, H>
            for $type
        where
            H: Handle<'a>,
            $($bounds)+
        {
            type Key = K;
            type Value = V;

            #[inline]
            fn with_capacity($entries: usize, $handle: H) -> Self {
                $new
            }

            #[inline]
            fn add(&mut self, key: K, value: V) {
                self.insert(key, value);
            }
        }

        impl<'a, K: DeserializeIn<'a>, V: DeserializeIn<'a>, $($parameter),+> DeserializeIn<'a>
            for $type
        where
            H: Handle<'a>,
            $($bounds)+
        {
            const NEEDS_DROP: bool =
                K::NEEDS_DROP || V::NEEDS_DROP $(|| needs_drop::<$hasher>())?;

            #[inline]
            fn deserialize_in<'de, D>(
                destination: Destination<'_, 'a>,
                deserializer: D,
            ) -> Result<Self, D::Error>
            where
                D: Deserializer<'de>,
            {
                let entries = Entries::<Self, H> { destination, value: PhantomData };
                deserializer.deserialize_map(entries)
            }
        }

        impl<'a, K: DeserializeIn<'a>, V: DeserializeIn<'a>, $($parameter),+> EmptyIn<'a>
            for $type
        where
            H: Handle<'a>,
            $($bounds)+
        {
            #[inline]
            fn empty_in<E: Error>(destination: Destination<'_, 'a>) -> Result<Self, E> {
                Ok(<Self as GrowsByEntry<'a, H>>::with_capacity(0, H::take(destination)?))
            }
        }
    )+};
}

maps! {
    hashbrown::HashMap<K, V, S, H>, <S, H>, [K: Eq + Hash, S: BuildHasher + Default + 'a], [S],
        |entries, handle| Self::with_capacity_and_hasher_in(entries, S::default(), handle);
    SortedMap<K, V, H>, <H>, [K: Ord], [],
        |_entries, handle| Self::new_in(handle);
}
