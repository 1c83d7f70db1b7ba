//! Parameters of a request.

use std::borrow::Cow;

use axum::http::Uri;
use search_server::{
    document::Country,
    http::{
        error::ApiError,
        params::{countries_of, once, pairs_of},
    },
};

/// The parameters of a request, borrowed from its URI where they need no decoding.
pub(super) struct Params<'u> {
    pairs: Vec<(&'static str, Cow<'u, str>)>,
}

impl<'u> Params<'u> {
    /// The parameters of `uri`, which must be among `known`.
    pub(super) fn new(uri: &'u Uri, known: &[&'static str]) -> Result<Self, ApiError> {
        let mut pairs: Vec<(&'static str, Cow<'u, str>)> = Vec::with_capacity(known.len());
        for pair in pairs_of(uri, known)? {
            let (name, value) = pair?;
            once(name, pairs.iter().map(|pair| pair.0))?;
            pairs.push((name, value));
        }
        Ok(Self { pairs })
    }

    /// The text of a parameter, if the request has it.
    pub(super) fn text(&self, name: &str) -> Option<&str> {
        self.pairs.iter().find(|pair| pair.0 == name).map(|pair| &*pair.1)
    }

    /// The countries in the parameter `country`.
    pub(super) fn countries(&self) -> Result<Vec<Country>, ApiError> {
        self.text("country").map_or_else(|| Ok(Vec::new()), |text| countries_of(text).collect())
    }
}
