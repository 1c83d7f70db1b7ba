//! Visitors of a variant without fields, in an enum with an internal tag or without a tag.

use core::fmt;

use serde::de::{Error, IgnoredAny, MapAccess, SeqAccess, Visitor};

/// A visitor of the map around an internal tag.
#[derive(Debug)]
pub struct InternalUnit {
    type_name: &'static str,
    variant_name: &'static str,
}

/// Returns a visitor of the map around an internal tag.
#[must_use]
pub fn internal_unit(type_name: &'static str, variant_name: &'static str) -> InternalUnit {
    InternalUnit { type_name, variant_name }
}

impl<'de> Visitor<'de> for InternalUnit {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "unit variant {}::{}", self.type_name, self.variant_name)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, _: A) -> Result<(), A::Error> {
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(())
    }
}

/// A visitor of `null`.
#[derive(Debug)]
pub struct UntaggedUnit {
    type_name: &'static str,
    variant_name: &'static str,
}

/// Returns a visitor of `null`.
#[must_use]
pub fn untagged_unit(type_name: &'static str, variant_name: &'static str) -> UntaggedUnit {
    UntaggedUnit { type_name, variant_name }
}

impl Visitor<'_> for UntaggedUnit {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "unit variant {}::{}", self.type_name, self.variant_name)
    }

    fn visit_unit<E: Error>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_none<E: Error>(self) -> Result<(), E> {
        Ok(())
    }
}
