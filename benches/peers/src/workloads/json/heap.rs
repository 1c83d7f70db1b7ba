//! The work with std's types and serde's derives, as services usually do it.

use std::collections::HashMap;
use std::fmt::{self, Write};

use hashbrown::DefaultHashBuilder;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::workloads::formats::Format;

/// A city of the document, with its degrees as texts.
#[derive(Deserialize)]
struct City {
    name: String,
    #[serde(deserialize_with = "degrees")]
    lat: f64,
    #[serde(deserialize_with = "degrees")]
    lng: f64,
    country: String,
    admin1: String,
    admin2: String,
}

pub(super) fn degrees<'de, D: Deserializer<'de>>(deserializer: D) -> Result<f64, D::Error> {
    // The text of a number needs no unescaping.
    <&str>::deserialize(deserializer)?.parse().map_err(de::Error::custom)
}

/// A country in the answer.
#[derive(Serialize)]
struct Country<'c> {
    country: &'c str,
    latitude: f64,
    longitude: f64,
    cities: Vec<Answered<'c>>,
}

/// A city in the answer.
#[derive(Clone, Copy, PartialEq, Serialize)]
pub(super) struct Answered<'c> {
    #[serde(serialize_with = "upper")]
    pub(super) name: &'c str,
    pub(super) lat: f64,
    pub(super) lng: f64,
    pub(super) admin: [&'c str; 2],
}

/// Sorts a country's cities, and gives the mean of their latitudes and longitudes.
pub(super) fn settle(cities: &mut [Answered<'_>]) -> [f64; 2] {
    // By name, and cities of one name from south to north and from west to east.
    cities.sort_unstable_by(|one, other| {
        let degrees = || one.lat.total_cmp(&other.lat).then(one.lng.total_cmp(&other.lng));
        one.name.cmp(other.name).then_with(degrees).then_with(|| one.admin.cmp(&other.admin))
    });
    let mean = |degrees: fn(&Answered<'_>) -> f64| {
        cities.iter().map(degrees).sum::<f64>() / cities.len() as f64
    };
    [mean(|city| city.lat), mean(|city| city.lng)]
}

/// Converts the text to upper case in place.
fn upper<S: Serializer>(name: &str, serializer: S) -> Result<S::Ok, S::Error> {
    struct Upper<'n>(&'n str);
    impl fmt::Display for Upper<'_> {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            self.0.chars().flat_map(char::to_uppercase).try_for_each(|letter| f.write_char(letter))
        }
    }
    serializer.collect_str(&Upper(name))
}

/// The answer to a document: countries by their code, each with the mean place of its cities, and
/// its cities by name.
pub(super) fn answer<F: Format>(document: &[u8]) -> Vec<u8> {
    let cities: Vec<City> = F::parse(document);
    // The hasher is the one of the arenas' map.
    let mut groups: HashMap<&str, Vec<Answered<'_>>, DefaultHashBuilder> = HashMap::default();
    for city in &cities {
        let admin = [city.admin1.as_str(), &city.admin2];
        groups.entry(&city.country).or_default().push(Answered {
            name: &city.name,
            lat: city.lat,
            lng: city.lng,
            admin,
        });
    }
    let mut countries: Vec<Country<'_>> = Vec::with_capacity(groups.len());
    for (country, mut cities) in groups {
        let [latitude, longitude] = settle(&mut cities);
        countries.push(Country { country, latitude, longitude, cities });
    }
    countries.sort_unstable_by_key(|country| country.country);
    F::serialise(&countries)
}
