//! Parameters: reads the query string strictly. An unknown, repeated or non-UTF-8 one is refused.

use std::borrow::Cow;

use axum::http::Uri;
use percent_encoding::percent_decode_str;
use request_arena::{Arena, collections::Vec};

use super::error::ApiError;
use crate::{
    document::{Country, country},
    geo::Point,
};

/// Most hits in one answer.
pub const MAX_LIMIT: usize = 1000;

/// The largest `offset`.
pub const MAX_OFFSET: usize = 1_000_000;

/// The parameters of a request, decoded into its arena.
#[derive(Debug)]
pub struct Params<'a> {
    pairs: &'a [(&'static str, &'a str)],
}

impl<'a> Params<'a> {
    /// Decodes the parameters of `uri`, which must be among `known`.
    ///
    /// # Errors
    /// If a parameter is not in `known`, occurs twice, or is not UTF-8.
    pub fn new(arena: &Arena<'a>, uri: &Uri, known: &[&'static str]) -> Result<Self, ApiError> {
        let mut pairs: Vec<'_, (&'static str, &'a str)> = Vec::with_capacity_in(known.len(), arena);
        for pair in pairs_of(uri, known)? {
            let (name, value) = pair?;
            once(name, pairs.iter().map(|pair| pair.0))?;
            pairs.push((name, arena.alloc_str(&value)));
        }
        Ok(Self { pairs: arena.alloc_slice_copy(&pairs) })
    }

    /// The text of a parameter, if the request has it.
    pub fn text(&self, name: &str) -> Option<&'a str> {
        self.pairs.iter().find(|pair| pair.0 == name).map(|pair| pair.1)
    }

    /// The countries in `country`, a list with commas. Empty without the parameter.
    ///
    /// # Errors
    /// If one of them is not two letters.
    pub fn countries(&self, arena: &Arena<'a>) -> Result<&'a [Country], ApiError> {
        let Some(text) = self.text("country") else { return Ok(&[]) };
        let mut countries = Vec::with_capacity_in(4, arena);
        for country in countries_of(text) {
            countries.push(country?);
        }
        Ok(arena.alloc_slice_copy(&countries))
    }
}

/// Names and decoded values in the query string of `uri`.
///
/// # Errors
/// If the string is not UTF-8. An item is an error if its name is not in `known`.
pub fn pairs_of<'u>(
    uri: &'u Uri,
    known: &[&'static str],
) -> Result<impl Iterator<Item = Result<(&'static str, Cow<'u, str>), ApiError>>, ApiError> {
    let query = uri.query().unwrap_or_default();
    // `form_urlencoded` replaces invalid UTF-8. A `&` or `=` is never inside of a character, so the
    // query string is UTF-8 exactly if every parameter is.
    if percent_decode_str(query).decode_utf8().is_err() {
        return Err(ApiError::bad_request("invalid_utf8", "the query string is not UTF-8")
            .hint("percent-encode the UTF-8 bytes of the text"));
    }
    Ok(form_urlencoded::parse(query.as_bytes()).map(|(name, value)| {
        match known.iter().find(|known| **known == name) {
            Some(known) => Ok((*known, value)),
            None => Err(ApiError::bad_request(
                "unknown_parameter",
                format!("there is no parameter {name:?} here"),
            )
            .hint(format!("known are: {}", known.join(", ")))),
        }
    }))
}

/// Refuses a parameter that is among those which were `sent` before.
///
/// # Errors
/// If the parameter occurs twice.
pub fn once(name: &str, mut sent: impl Iterator<Item = &'static str>) -> Result<(), ApiError> {
    if sent.any(|before| before == name) {
        return Err(ApiError::bad_request("repeated_parameter", format!("`{name}` occurs twice")));
    }
    Ok(())
}

/// The countries in a list with commas.
///
/// An item is an error if it is not two letters.
pub fn countries_of(text: &str) -> impl Iterator<Item = Result<Country, ApiError>> {
    text.split(',').map(|code| {
        country(code).ok_or_else(|| {
            ApiError::bad_request(
                "invalid_country",
                format!("{code:?} is not a country code of two letters"),
            )
            .hint("for example country=FR or country=FR,BE")
        })
    })
}

/// The page that the parameters select: `offset` and `limit`.
///
/// # Errors
/// If one is not a number, or too large.
pub fn page(offset: Option<&str>, limit: Option<&str>) -> Result<(usize, usize), ApiError> {
    let number = |name, code, text: Option<&str>, default, most| {
        let Some(text) = text else { return Ok(default) };
        text.parse().ok().filter(|number| *number <= most).ok_or_else(|| {
            ApiError::bad_request(
                code,
                format!("`{name}` must be a number from 0 to {most}, not {text:?}"),
            )
        })
    };
    let limit = number("limit", "invalid_limit", limit, 20, MAX_LIMIT)?;
    Ok((number("offset", "invalid_offset", offset, 0, MAX_OFFSET)?, limit))
}

/// The point in the parameter `near`.
///
/// # Errors
/// If the text is not `lat,lng` in degrees.
pub fn near(parameter: Option<&str>) -> Result<Option<Point>, ApiError> {
    let Some(text) = parameter else { return Ok(None) };
    let degrees =
        text.split_once(',').and_then(|(lat, lng)| Some((lat.parse().ok()?, lng.parse().ok()?)));
    let point = match degrees {
        Some((lat, lng)) => Point::new(lat, lng),
        None => Err(format!("{text:?} is not two numbers")),
    };
    point.map(Some).map_err(|why| {
        ApiError::bad_request("invalid_near", format!("`near` is not a point: {why}"))
            .hint("latitude and longitude in degrees, for example near=45.75,4.85")
    })
}
