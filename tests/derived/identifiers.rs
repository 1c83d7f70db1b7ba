//! Names of fields and variants as numbers and as bytes, which compact formats have.

use request_arena::deserialize::DeserializeError;
use request_arena::{DeserializeIn, Site, scope};
use serde::Deserialize;
use serde::de::value::{Error, MapAccessDeserializer, MapDeserializer, U64Deserializer};
use serde::de::{Deserializer, IntoDeserializer, Visitor};
use serde::forward_to_deserialize_any;

#[derive(Debug, PartialEq, Deserialize, DeserializeIn)]
struct Fields {
    first: u8,
    #[serde(alias = "zwei")]
    second: u8,
    #[serde(skip)]
    skipped: u8,
    #[serde(default)]
    third: u8,
}

#[derive(Debug, PartialEq, Deserialize, DeserializeIn)]
#[serde(deny_unknown_fields)]
struct Strict {
    first: u8,
    second: u8,
}

#[derive(Debug, PartialEq, Deserialize, DeserializeIn)]
#[allow(dead_code, reason = "a skipped variant is never made")]
enum Variants {
    A,
    #[serde(skip)]
    B,
    C,
}

#[derive(Debug, PartialEq, Deserialize, DeserializeIn)]
struct Flat {
    first: u8,
    #[serde(flatten)]
    rest: Strict2,
}

#[derive(Debug, PartialEq, Deserialize, DeserializeIn)]
struct Strict2 {
    #[serde(default)]
    second: u8,
}

/// A key that is bytes.
#[derive(Clone, Copy)]
struct Bytes(&'static [u8]);

impl<'de> IntoDeserializer<'de, Error> for Bytes {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}

impl<'de> Deserializer<'de> for Bytes {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_bytes(self.0)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option
        unit unit_struct newtype_struct seq tuple tuple_struct map struct enum identifier
        ignored_any
    }
}

fn same<T>(make: impl Fn() -> T)
where
    T: Deserializer<'static, Error = Error>,
{
    same_as::<Fields, _>(&make);
    same_as::<Strict, _>(&make);
    same_as::<Flat, _>(&make);
}

fn same_as<V, D>(make: &impl Fn() -> D)
where
    V: for<'a> DeserializeIn<'a> + for<'de> Deserialize<'de> + std::fmt::Debug + PartialEq,
    D: Deserializer<'static, Error = Error>,
{
    static SITE: Site = Site::new("identifiers", module_path!(), file!(), line!());
    let heap = V::deserialize(make());
    let arena = scope(&SITE, |arena| {
        arena.deserialize::<V, _>(make()).map_err(DeserializeError::into_inner)
    });
    assert_eq!(heap, arena);
}

#[test]
fn a_field_is_found_by_its_index() {
    for keys in [
        vec![(0_u64, 1_u8), (1, 2)],
        vec![(0, 1), (1, 2), (2, 3)],
        vec![(1, 1)],
        vec![(0, 1), (7, 2)],
    ] {
        same(|| MapDeserializer::new(keys.clone().into_iter()));
    }
}

#[test]
fn a_field_is_found_by_bytes() {
    let [first, second, alias, other, wrong] =
        [&b"first"[..], b"second", b"zwei", b"other", b"\xff"].map(Bytes);
    for keys in [
        vec![(first, 1_u8), (second, 2)],
        vec![(first, 1), (alias, 2)],
        vec![(first, 1), (second, 2), (other, 3)],
        vec![(first, 1), (second, 2), (wrong, 3)],
        vec![(first, 1), (first, 2)],
    ] {
        same(|| MapDeserializer::new(keys.clone().into_iter()));
    }
}

#[test]
fn a_variant_is_found_by_its_index() {
    for index in 0..4_u64 {
        let map = || MapAccessDeserializer::new(MapDeserializer::new([(index, ())].into_iter()));
        same_as::<Variants, _>(&map);
        let number: U64Deserializer<Error> = index.into_deserializer();
        same_as::<Variants, _>(&|| number);
    }
    for name in [&b"A"[..], b"B", b"C", b"\xff"].map(Bytes) {
        let map = || MapAccessDeserializer::new(MapDeserializer::new([(name, ())].into_iter()));
        same_as::<Variants, _>(&map);
    }
}
