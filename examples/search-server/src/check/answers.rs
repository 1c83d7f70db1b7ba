//! Answers, as a client reads them. A missing or unknown field makes an answer wrong.

use serde::Deserialize;

/// The answer of `GET /search`.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Search {
    /// The query.
    pub q: String,
    /// How many documents match.
    pub total: usize,
    /// The `offset` of the request.
    pub offset: usize,
    /// The `limit` of the request.
    pub limit: usize,
    /// The hits of the page.
    pub hits: Vec<Hit>,
}

/// One hit.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Hit {
    /// Its id.
    pub id: u32,
    /// Its name.
    pub name: String,
    /// Its country.
    pub country: String,
    /// First administrative division.
    pub admin1: String,
    /// Second administrative division.
    pub admin2: String,
    /// Degrees north.
    pub lat: f64,
    /// Degrees east.
    pub lng: f64,
    /// The name as HTML, with its matches.
    pub highlighted: String,
    /// Typos in all terms.
    pub typos: u8,
    /// Metres to the point.
    pub distance_m: Option<u32>,
}

/// The answer of `GET /documents/{id}`.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Document {
    /// Its id.
    pub id: u32,
    /// Its name.
    pub name: String,
    /// Its country.
    pub country: String,
    /// First administrative division.
    pub admin1: String,
    /// Second administrative division.
    pub admin2: String,
    /// Degrees north.
    pub lat: f64,
    /// Degrees east.
    pub lng: f64,
}

/// The answer of `GET /facets`.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Facets {
    /// The facet.
    pub facet: String,
    /// The number of counted documents.
    pub total: u64,
    /// The counts.
    pub counts: Vec<Count>,
}

/// A value and its count.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Count {
    /// The value.
    pub value: String,
    /// Its count.
    pub count: u32,
}

/// The answer of `POST /documents`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Indexed {
    /// Documents in the batch.
    pub indexed: usize,
    /// How many of them replaced another.
    pub replaced: usize,
    /// The first one's id.
    pub first_id: u32,
    /// The last one's id.
    pub last_id: u32,
}

/// The answer of every refusal.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Refused {
    /// The error.
    pub error: Error,
}

/// An error.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Error {
    /// The code, for programs.
    pub code: String,
    /// The message, for people.
    pub message: String,
    /// How to mend it.
    pub hint: Option<String>,
    /// The line in the body.
    pub line: Option<usize>,
    /// The column in the line.
    pub column: Option<usize>,
}
