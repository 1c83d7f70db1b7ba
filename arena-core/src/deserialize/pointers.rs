//! Types around another one: `Option`, `&'a T`, `&'a mut T`, and wrappers without memory.

use core::cmp::Reverse;
use core::fmt;
use core::marker::PhantomData;
use core::num::{Saturating, Wrapping};

use serde::de::{Error, Visitor};
use serde::{Deserialize, Deserializer};

use crate::deserialize::derived::EmptyIn;
use crate::deserialize::{DeserializeIn, Destination};

struct Optional<'s, 'a, T> {
    destination: Destination<'s, 'a>,
    value: PhantomData<fn() -> T>,
}

impl<'de, 'a, T: DeserializeIn<'a>> Visitor<'de> for Optional<'_, 'a, T> {
    type Value = Option<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("option")
    }

    #[inline]
    fn visit_unit<E: Error>(self) -> Result<Option<T>, E> {
        Ok(None)
    }

    #[inline]
    fn visit_none<E: Error>(self) -> Result<Option<T>, E> {
        Ok(None)
    }

    #[inline]
    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Option<T>, D::Error> {
        T::deserialize_in(self.destination, deserializer).map(Some)
    }
}

impl<'a, T: DeserializeIn<'a>> DeserializeIn<'a> for Option<T> {
    const NEEDS_DROP: bool = T::NEEDS_DROP;

    #[inline]
    fn deserialize_in<'de, D>(
        destination: Destination<'_, 'a>,
        deserializer: D,
    ) -> Result<Self, D::Error>
    where
        D: Deserializer<'de>,
    {
        deserializer.deserialize_option(Optional { destination, value: PhantomData })
    }

    #[inline]
    fn missing() -> Option<Self> {
        Some(None)
    }

    fn flattened_in<'de, D>(
        destination: Destination<'_, 'a>,
        deserializer: D,
    ) -> Result<Self, D::Error>
    where
        D: Deserializer<'de>,
    {
        match destination.attempt(|| T::flattened_in(destination, deserializer)) {
            Err(error) if destination.is_refused() => Err(error),
            result => Ok(result.ok()),
        }
    }
}

/// The check that the arena may forget a value behind a reference.
struct Forgotten<T>(PhantomData<T>);

impl<'a, T: DeserializeIn<'a>> Forgotten<(T, &'a ())> {
    const NEEDS_NO_DROP: () = assert!(
        !T::NEEDS_DROP,
        "the arena would never run the `Drop` of the value behind this reference\n\
         write the value itself, or a type without heap memory"
    );
}

impl<'a, T: DeserializeIn<'a>> DeserializeIn<'a> for &'a mut T {
    #[inline]
    fn deserialize_in<'de, D>(
        destination: Destination<'_, 'a>,
        deserializer: D,
    ) -> Result<Self, D::Error>
    where
        D: Deserializer<'de>,
    {
        let () = Forgotten::<(T, &'a ())>::NEEDS_NO_DROP;
        let value = T::deserialize_in(destination, deserializer)?;
        destination.allocated(destination.arena.try_alloc_without_drop(value))
    }
}

impl<'a, T: DeserializeIn<'a>> DeserializeIn<'a> for &'a T {
    #[inline]
    fn deserialize_in<'de, D>(
        destination: Destination<'_, 'a>,
        deserializer: D,
    ) -> Result<Self, D::Error>
    where
        D: Deserializer<'de>,
    {
        <&'a mut T>::deserialize_in(destination, deserializer).map(|value| &*value)
    }
}

impl<'a, T: DeserializeIn<'a> + Default> EmptyIn<'a> for &'a mut T {
    #[inline]
    fn empty_in<E: Error>(destination: Destination<'_, 'a>) -> Result<Self, E> {
        let () = Forgotten::<(T, &'a ())>::NEEDS_NO_DROP;
        destination.allocated(destination.arena.try_alloc_without_drop(T::default()))
    }
}

impl<'a, T: DeserializeIn<'a> + Default> EmptyIn<'a> for &'a T {
    #[inline]
    fn empty_in<E: Error>(destination: Destination<'_, 'a>) -> Result<Self, E> {
        <&'a mut T>::empty_in(destination).map(|value| &*value)
    }
}

impl<'a, T: ?Sized + 'a> DeserializeIn<'a> for PhantomData<T> {
    #[inline]
    fn deserialize_in<'de, D>(_: Destination<'_, 'a>, deserializer: D) -> Result<Self, D::Error>
    where
        D: Deserializer<'de>,
    {
        Self::deserialize(deserializer)
    }
}

macro_rules! wrapper {
    ($($wrapper:ident),+) => {$(
        impl<'a, T: DeserializeIn<'a>> DeserializeIn<'a> for $wrapper<T> {
            const NEEDS_DROP: bool = T::NEEDS_DROP;

            #[inline]
            fn deserialize_in<'de, D>(
                destination: Destination<'_, 'a>,
                deserializer: D,
            ) -> Result<Self, D::Error>
            where
                D: Deserializer<'de>,
            {
                T::deserialize_in(destination, deserializer).map($wrapper)
            }
        }
    )+};
}

wrapper!(Reverse, Saturating, Wrapping);
