//! The field's type, asked whether it is deserialised in an arena.
//!
//! A wrong type of a field should be one error, at that type. So the expansion asks for the trait
//! once, by [`in_arena`]. All other code goes through a [`Probe`]. It compiles for every type,
//! because the compiler takes the methods of [`Fallback`] where the bound of the inherent ones does
//! not hold.

use core::marker::PhantomData;

use serde::Deserializer;
use serde::de::{DeserializeSeed, Error};

use crate::deserialize::{DeserializeIn, Destination, Seed};

/// Asks for the trait.
#[inline(always)]
pub fn in_arena<'a, T>()
where
    Field<T>: OfAnArena<'a>,
{
}

/// A field of a derived type.
#[derive(Debug)]
pub struct Field<T>(PhantomData<T>);

/// A field that an arena can hold.
pub trait OfAnArena<'a> {}

impl<'a, T: DeserializeIn<'a>> OfAnArena<'a> for Field<T> {}

/// The type of a field.
#[derive(Debug)]
pub struct Probe<'a, T>(PhantomData<&'a ()>, PhantomData<fn() -> T>);

/// Returns the type of a field.
#[inline(always)]
#[must_use]
pub fn probe<'a, T>() -> Probe<'a, T> {
    Probe(PhantomData, PhantomData)
}

impl<'a, T: DeserializeIn<'a>> Probe<'a, T> {
    /// Whether dropping a value frees anything but memory of the arena.
    pub const NEEDS_DROP: bool = T::NEEDS_DROP;

    /// Returns a seed.
    #[inline(always)]
    pub fn seed<'s>(self, destination: Destination<'s, 'a>) -> Seed<'s, 'a, T> {
        destination.seed()
    }

    /// Returns a seed for a flattened field.
    #[inline(always)]
    pub fn flat_seed<'s>(self, destination: Destination<'s, 'a>) -> FlatSeed<'s, 'a, T> {
        FlatSeed(destination, PhantomData)
    }

    /// The value of a missing field.
    ///
    /// # Errors
    ///
    /// Fails unless the type is an `Option`.
    #[inline]
    pub fn missing<E: Error>(self, field: &'static str) -> Result<T, E> {
        T::missing().ok_or_else(|| E::missing_field(field))
    }

    /// The value as a key in the path of an error.
    #[inline(always)]
    pub fn key_of(self, value: &T) -> Option<String> {
        value.as_key()
    }
}

/// A seed for a flattened field.
#[derive(Debug)]
pub struct FlatSeed<'s, 'a, T>(Destination<'s, 'a>, PhantomData<fn() -> T>);

impl<'de, 'a, T: DeserializeIn<'a>> DeserializeSeed<'de> for FlatSeed<'_, 'a, T> {
    type Value = T;

    #[inline]
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<T, D::Error> {
        T::flattened_in(self.0, deserializer)
    }
}

/// The same for a type that an arena cannot hold. The call of [`in_arena`] is an error, so this
/// code never runs.
pub trait Fallback<'a, T>: Sized {
    /// See [`Probe::NEEDS_DROP`].
    const NEEDS_DROP: bool = false;

    /// See [`Probe::seed`].
    fn seed(self, _: Destination<'_, 'a>) -> Never<T> {
        Never::new()
    }

    /// See [`Probe::flat_seed`].
    fn flat_seed(self, _: Destination<'_, 'a>) -> Never<T> {
        Never::new()
    }

    /// See [`Probe::missing`].
    ///
    /// # Errors
    ///
    /// Always fails.
    fn missing<E: Error>(self, field: &'static str) -> Result<T, E> {
        Err(E::missing_field(field))
    }

    /// See [`Probe::key_of`].
    fn key_of(self, _: &T) -> Option<String> {
        None
    }
}

impl<'a, T> Fallback<'a, T> for Probe<'a, T> {}

/// A seed that is never used.
#[derive(Debug)]
pub struct Never<T>(PhantomData<fn() -> T>);

impl<T> Never<T> {
    pub(super) fn new() -> Self {
        Self(PhantomData)
    }
}

impl<'de, T> DeserializeSeed<'de> for Never<T> {
    type Value = T;

    fn deserialize<D: Deserializer<'de>>(self, _: D) -> Result<T, D::Error> {
        Err(D::Error::custom("an arena cannot hold this type"))
    }
}
