//! Parameters: the query string, strictly. What is unknown, repeated or not UTF-8 is refused.

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
    /// Decodes the parameters of `uri`, which may be those in `known`.
    ///
    /// # Errors
    /// If one is not in `known`, is there twice, or is not UTF-8.
    pub fn new(arena: &Arena<'a>, uri: &Uri, known: &[&'static str]) -> Result<Self, ApiError> {
        let query = uri.query().unwrap_or_default();
        // `form_urlencoded` replaces what is not UTF-8. A `&` or `=` never stands inside a character, so the whole
        // query string is UTF-8 exactly if every parameter is.
        if percent_decode_str(query).decode_utf8().is_err() {
            return Err(ApiError::bad_request("invalid_utf8", "the query string is not UTF-8")
                .hint("percent-encode the UTF-8 bytes of the text"));
        }
        let mut pairs: Vec<'_, (&'static str, &'a str)> = Vec::with_capacity_in(known.len(), arena);
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            let Some(name) = known.iter().find(|known| **known == name) else {
                return Err(ApiError::bad_request("unknown_parameter", format!("there is no parameter {name:?} here"))
                    .hint(format!("known are: {}", known.join(", "))));
            };
            if pairs.iter().any(|pair| pair.0 == *name) {
                return Err(ApiError::bad_request("repeated_parameter", format!("`{name}` is there twice")));
            }
            pairs.push((name, arena.alloc_str(&value)));
        }
        Ok(Self { pairs: arena.alloc_slice_copy(&pairs) })
    }

    /// The text of a parameter, if it was sent.
    pub fn text(&self, name: &str) -> Option<&'a str> {
        self.pairs.iter().find(|pair| pair.0 == name).map(|pair| pair.1)
    }

    /// The number in `name`, or `default`.
    ///
    /// # Errors
    /// If it is not a number from 0 to `most`.
    pub fn number(&self, name: &'static str, default: usize, most: usize) -> Result<usize, ApiError> {
        let Some(text) = self.text(name) else { return Ok(default) };
        text.parse().ok().filter(|number| *number <= most).ok_or_else(|| {
            let code = if name == "limit" { "invalid_limit" } else { "invalid_offset" };
            ApiError::bad_request(code, format!("`{name}` must be a number from 0 to {most}, not {text:?}"))
        })
    }

    /// The countries in `country`, a list with commas; empty if it was not sent.
    ///
    /// # Errors
    /// If one is not two letters.
    pub fn countries(&self, arena: &Arena<'a>) -> Result<&'a [Country], ApiError> {
        let Some(text) = self.text("country") else { return Ok(&[]) };
        let mut countries = Vec::with_capacity_in(4, arena);
        for code in text.split(',') {
            countries.push(country(code).ok_or_else(|| {
                ApiError::bad_request("invalid_country", format!("{code:?} is not a country code of two letters"))
                    .hint("for example country=FR or country=FR,BE")
            })?);
        }
        Ok(arena.alloc_slice_copy(&countries))
    }

    /// The point in `near`.
    ///
    /// # Errors
    /// If it is not `lat,lng` in degrees.
    pub fn near(&self) -> Result<Option<Point>, ApiError> {
        let Some(text) = self.text("near") else { return Ok(None) };
        let degrees = text.split_once(',').and_then(|(lat, lng)| Some((lat.parse().ok()?, lng.parse().ok()?)));
        let point = match degrees {
            Some((lat, lng)) => Point::new(lat, lng),
            None => Err(format!("{text:?} is not two numbers")),
        };
        point.map(Some).map_err(|why| {
            ApiError::bad_request("invalid_near", format!("`near` is not a point: {why}"))
                .hint("latitude and longitude in degrees, for example near=45.75,4.85")
        })
    }
}
