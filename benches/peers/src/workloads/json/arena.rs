//! The same work in an arena: it holds the texts, lists, map and answer. Seeds take the place of
//! the heap version's derives.

use std::fmt;
use std::marker::PhantomData;

use allocator_api2::alloc::{Allocator, Global};
use allocator_api2::vec::Vec;
use hashbrown::{DefaultHashBuilder, HashMap};
use serde::de::{self, DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde::ser::{SerializeStruct, Serializer};
use serde::{Deserialize, Serialize};

use super::heap::{Answered, settle};
use crate::memory::Space;

/// Where texts and collections are allocated.
pub(super) trait Place: Copy {
    /// A copy of a text.
    type Text: AsRef<str>;
    /// The allocator of collections.
    type Allocator: Allocator + Copy;

    fn text(self, text: &str) -> Self::Text;
    fn allocator(self) -> Self::Allocator;
}

/// In an arena.
#[derive(Clone, Copy)]
pub(super) struct InArena<'a, S>(S, PhantomData<&'a str>);

impl<'a, S: Space<'a>> InArena<'a, S> {
    pub(super) fn new(space: S) -> Self {
        Self(space, PhantomData)
    }
}

impl<'a, S: Space<'a>> Place for InArena<'a, S> {
    type Text = &'a str;
    type Allocator = S::Allocator;

    #[inline]
    fn text(self, text: &str) -> &'a str {
        self.0.text(text)
    }

    #[inline]
    fn allocator(self) -> Self::Allocator {
        self.0.allocator()
    }
}

/// On the heap.
#[derive(Clone, Copy)]
pub(super) struct OnHeap;

impl Place for OnHeap {
    type Text = Box<str>;
    type Allocator = Global;

    #[inline]
    fn text(self, text: &str) -> Box<str> {
        text.into()
    }

    #[inline]
    fn allocator(self) -> Global {
        Global
    }
}

struct City<T> {
    name: T,
    lat: f64,
    lng: f64,
    country: T,
    admin1: T,
    admin2: T,
}

/// A city that was parsed.
pub(super) trait AnyCity {
    fn country(&self) -> &str;
    fn answered(&self) -> Answered<'_>;
}

/// Implements [`AnyCity`] by the names of fields.
macro_rules! any_city {
    ([$($generics:tt)*] $city:ty) => {
        impl<$($generics)*> $crate::workloads::json::arena::AnyCity for $city {
            #[inline]
            fn country(&self) -> &str {
                self.country.as_ref()
            }

            #[inline]
            fn answered(&self) -> $crate::workloads::json::heap::Answered<'_> {
                let admin = [self.admin1.as_ref(), self.admin2.as_ref()];
                let name = self.name.as_ref();
                $crate::workloads::json::heap::Answered { name, lat: self.lat, lng: self.lng,
                admin }
            }
        }
    };
}

pub(super) use any_city;

any_city!([T: AsRef<str>] City<T>);

pub(super) struct Country<'c, A: Allocator> {
    country: &'c str,
    latitude: f64,
    longitude: f64,
    cities: Vec<Answered<'c>, A>,
}

/// Answers a document, and gives the answer to `done`.
pub(super) fn answer<P: Place>(place: P, document: &[u8], done: impl FnOnce(&[u8])) {
    let allocator = place.allocator();
    let mut deserializer = serde_json::Deserializer::from_slice(document);
    let cities = Cities(place).deserialize(&mut deserializer).expect("a document of ours");
    done(&written(allocator, &cities));
}

/// The answer, as JSON.
pub(super) fn written<C: AnyCity, A: Allocator + Copy>(allocator: A, cities: &[C]) -> Vec<u8, A> {
    let countries = grouped(allocator, cities);
    let mut answer = Vec::with_capacity_in(FIRST_BYTES, allocator);
    serde_json::to_writer(&mut answer, &countries[..]).expect("to memory");
    answer
}

/// The countries of these cities.
pub(super) fn grouped<'c, C: AnyCity, A: Allocator + Copy>(
    allocator: A,
    cities: &'c [C],
) -> Vec<Country<'c, A>, A> {
    let mut groups: HashMap<&str, Vec<Answered<'_>, A>, DefaultHashBuilder, A> =
        HashMap::with_hasher_in(DefaultHashBuilder::default(), allocator);
    for city in cities {
        groups
            .entry(city.country())
            .or_insert_with(|| Vec::new_in(allocator))
            .push(city.answered());
    }
    let mut countries = Vec::with_capacity_in(groups.len(), allocator);
    for (country, mut cities) in groups {
        let [latitude, longitude] = settle(&mut cities);
        countries.push(Country { country, latitude, longitude, cities });
    }
    countries.sort_unstable_by_key(|country| country.country);
    countries
}

/// The capacity that `serde_json::to_vec` begins with.
const FIRST_BYTES: usize = 128;

/// The seed of the document.
struct Cities<P>(P);

impl<'de, P: Place> DeserializeSeed<'de> for Cities<P> {
    type Value = Vec<City<P::Text>, P::Allocator>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de, P: Place> Visitor<'de> for Cities<P> {
    type Value = Vec<City<P::Text>, P::Allocator>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of cities")
    }

    fn visit_seq<S: SeqAccess<'de>>(self, mut list: S) -> Result<Self::Value, S::Error> {
        let mut cities = Vec::new_in(self.0.allocator());
        while let Some(city) = list.next_element_seed(OneCity(self.0))? {
            cities.push(city);
        }
        Ok(cities)
    }
}

#[derive(Deserialize)]
#[serde(field_identifier, rename_all = "lowercase")]
enum Field {
    Name,
    Lat,
    Lng,
    Country,
    Admin1,
    Admin2,
}

struct OneCity<P>(P);

impl<'de, P: Place> DeserializeSeed<'de> for OneCity<P> {
    type Value = City<P::Text>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_struct(
            "City",
            &["name", "lat", "lng", "country", "admin1", "admin2"],
            self,
        )
    }
}

impl<'de, P: Place> Visitor<'de> for OneCity<P> {
    type Value = City<P::Text>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a city")
    }

    fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<Self::Value, M::Error> {
        let (mut name, mut country, mut admin1, mut admin2) = (None, None, None, None);
        let (mut lat, mut lng) = (None, None);
        let text = || Text(self.0);
        while let Some(field) = map.next_key()? {
            match field {
                Field::Name => name = Some(map.next_value_seed(text())?),
                Field::Lat => lat = Some(map.next_value_seed(Degrees)?),
                Field::Lng => lng = Some(map.next_value_seed(Degrees)?),
                Field::Country => country = Some(map.next_value_seed(text())?),
                Field::Admin1 => admin1 = Some(map.next_value_seed(text())?),
                Field::Admin2 => admin2 = Some(map.next_value_seed(text())?),
            }
        }
        let missing = <M::Error as de::Error>::missing_field;
        Ok(City {
            name: name.ok_or_else(|| missing("name"))?,
            lat: lat.ok_or_else(|| missing("lat"))?,
            lng: lng.ok_or_else(|| missing("lng"))?,
            country: country.ok_or_else(|| missing("country"))?,
            admin1: admin1.ok_or_else(|| missing("admin1"))?,
            admin2: admin2.ok_or_else(|| missing("admin2"))?,
        })
    }
}

/// A text that is kept.
struct Text<P>(P);

impl<'de, P: Place> DeserializeSeed<'de> for Text<P> {
    type Value = P::Text;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl<P: Place> Visitor<'_> for Text<P> {
    type Value = P::Text;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a text")
    }

    #[inline]
    fn visit_str<E: de::Error>(self, text: &str) -> Result<Self::Value, E> {
        Ok(self.0.text(text))
    }
}

/// A number in a text, which is read without a copy.
struct Degrees;

impl<'de> DeserializeSeed<'de> for Degrees {
    type Value = f64;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<f64, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for Degrees {
    type Value = f64;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("degrees in a text")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<f64, E> {
        text.parse().map_err(E::custom)
    }
}

impl<A: Allocator> Serialize for Country<'_, A> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut country = serializer.serialize_struct("Country", 4)?;
        country.serialize_field("country", self.country)?;
        country.serialize_field("latitude", &self.latitude)?;
        country.serialize_field("longitude", &self.longitude)?;
        country.serialize_field("cities", &self.cities[..])?;
        country.end()
    }
}
