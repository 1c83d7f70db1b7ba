//! Structs and enums of the standard library: ranges, `Bound` and `Result`. They are read as serde
//! reads them.

use core::fmt;
use core::marker::PhantomData;
use core::ops::{Bound, Range, RangeFrom, RangeInclusive, RangeTo};

use serde::Deserializer;
use serde::de::{
    DeserializeSeed, EnumAccess, Error, MapAccess, SeqAccess, Unexpected, VariantAccess, Visitor,
};

use crate::deserialize::{DeserializeIn, Destination};

/// The fields of a struct, or the variants of an enum. As a seed, it reads the index of one.
#[derive(Clone, Copy)]
struct Names {
    names: &'static [&'static str],
    /// All names, as in serde's messages.
    listed: &'static str,
    is_enum: bool,
}

impl Names {
    fn find<E: Error>(&self, name: &str) -> Result<usize, E> {
        self.names.iter().position(|known| *known == name).ok_or_else(|| match self.is_enum {
            true => E::unknown_variant(name, self.names),
            false => E::unknown_field(name, self.names),
        })
    }
}

impl<'de> DeserializeSeed<'de> for Names {
    type Value = usize;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<usize, D::Error> {
        deserializer.deserialize_identifier(self)
    }
}

impl Visitor<'_> for Names {
    type Value = usize;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.listed)
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<usize, E> {
        match usize::try_from(value) {
            Ok(index) if self.is_enum && index < self.names.len() => Ok(index),
            _ if self.is_enum => Err(E::invalid_value(Unexpected::Unsigned(value), &self)),
            _ => Err(E::invalid_type(Unexpected::Unsigned(value), &self)),
        }
    }

    fn visit_str<E: Error>(self, name: &str) -> Result<usize, E> {
        self.find(name)
    }

    fn visit_bytes<E: Error>(self, name: &[u8]) -> Result<usize, E> {
        match core::str::from_utf8(name) {
            Ok(name) => self.find(name),
            Err(_) if self.is_enum => Err(E::invalid_value(Unexpected::Bytes(name), &self)),
            Err(_) => self.find(&String::from_utf8_lossy(name)),
        }
    }
}

/// The `N` ends of a range, all of one type.
struct Ends<'s, 'a, T, const N: usize> {
    destination: Destination<'s, 'a>,
    expecting: &'static str,
    fields: Names,
    value: PhantomData<fn() -> T>,
}

impl<'de, 'a, T: DeserializeIn<'a>, const N: usize> Visitor<'de> for Ends<'_, 'a, T, N> {
    type Value = [T; N];

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.expecting)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut sequence: A) -> Result<[T; N], A::Error> {
        let to = self.destination;
        let mut ends = [const { None }; N];
        for (index, end) in ends.iter_mut().enumerate() {
            match to.in_index(index, sequence.next_element_seed(to.seed()))? {
                Some(value) => *end = Some(value),
                None => return Err(A::Error::invalid_length(index, &self)),
            }
        }
        self.complete(ends)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<[T; N], A::Error> {
        let to = self.destination;
        let mut ends = [const { None }; N];
        while let Some(index) = entries.next_key_seed(self.fields)? {
            let field = self.fields.names[index];
            if ends[index].is_some() {
                return Err(A::Error::duplicate_field(field));
            }
            ends[index] = Some(to.in_field(field, entries.next_value_seed(to.seed::<T>()))?);
        }
        self.complete(ends)
    }
}

impl<T, const N: usize> Ends<'_, '_, T, N> {
    fn complete<E: Error>(&self, ends: [Option<T>; N]) -> Result<[T; N], E> {
        if let Some(missing) = ends.iter().position(Option::is_none) {
            return Err(E::missing_field(self.fields.names[missing]));
        }
        Ok(ends.map(|end| end.expect("the lines above returned if an end is missing")))
    }
}

macro_rules! ranges {
    ($($range:ident, $expecting:literal: $names:expr, $listed:literal, |$ends:pat_param| $new:expr;)+) => {$(
        impl<'a, T: DeserializeIn<'a>> DeserializeIn<'a> for $range<T> {
            const NEEDS_DROP: bool = T::NEEDS_DROP;

            fn deserialize_in<'de, D>(
                destination: Destination<'_, 'a>,
                deserializer: D,
            ) -> Result<Self, D::Error>
            where
                D: Deserializer<'de>,
            {
                let fields = Names { names: &$names, listed: $listed, is_enum: false };
                let ends = Ends { destination, expecting: $expecting, fields, value: PhantomData };
                let $ends = deserializer.deserialize_struct(stringify!($range), &$names, ends)?;
                Ok($new)
            }
        }
    )+};
}

ranges! {
    Range, "struct Range": ["start", "end"], "`start` or `end`", |[start, end]| start..end;
    RangeInclusive, "struct RangeInclusive": ["start", "end"], "`start` or `end`",
        |[start, end]| start..=end;
    RangeFrom, "struct RangeFrom": ["start"], "`start`", |[start]| start..;
    RangeTo, "struct RangeTo": ["end"], "`end`", |[end]| ..end;
}

macro_rules! enums {
    ($(
        $enum:ident<$($parameter:ident),+>, $expecting:literal: $names:expr, $listed:literal,
        |$to:ident, $content:ident| { $($index:pat => $variant:expr),+ $(,)? };
    )+) => {$(
        impl<'a, $($parameter: DeserializeIn<'a>),+> DeserializeIn<'a> for $enum<$($parameter),+> {
            const NEEDS_DROP: bool = $($parameter::NEEDS_DROP)||+;

            fn deserialize_in<'de, D_>(
                destination: Destination<'_, 'a>,
                deserializer: D_,
            ) -> Result<Self, D_::Error>
            where
                D_: Deserializer<'de>,
            {
                struct Variants<'s, 'a, T>(Destination<'s, 'a>, PhantomData<fn() -> T>);

                impl<'de, 'a, $($parameter: DeserializeIn<'a>),+> Visitor<'de>
                    for Variants<'_, 'a, $enum<$($parameter),+>>
                {
                    type Value = $enum<$($parameter),+>;

                    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                        f.write_str($expecting)
                    }

                    fn visit_enum<A_: EnumAccess<'de>>(
                        self,
                        variants: A_,
                    ) -> Result<Self::Value, A_::Error> {
                        let names = Names { names: &$names, listed: $listed, is_enum: true };
                        let (index, $content) = variants.variant_seed(names)?;
                        let $to = self.0;
                        let value = match index { $($index => $variant),+ };
                        $to.in_variant($names[index], value)
                    }
                }

                let variants = Variants(destination, PhantomData);
                deserializer.deserialize_enum(stringify!($enum), &$names, variants)
            }
        }
    )+};
}

enums! {
    Bound<T>, "enum Bound": ["Unbounded", "Included", "Excluded"],
        "`Unbounded`, `Included` or `Excluded`",
        |to, content| {
            0 => content.unit_variant().map(|()| Bound::Unbounded),
            1 => content.newtype_variant_seed(to.seed()).map(Bound::Included),
            _ => content.newtype_variant_seed(to.seed()).map(Bound::Excluded),
        };
    Result<T, E>, "enum Result": ["Ok", "Err"], "`Ok` or `Err`",
        |to, content| {
            0 => content.newtype_variant_seed(to.seed()).map(Ok),
            _ => content.newtype_variant_seed(to.seed()).map(Err),
        };
}
