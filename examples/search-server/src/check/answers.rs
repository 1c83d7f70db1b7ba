//! Answers, as a client reads them. Strict: a field that is missing, or not known, is a wrong
//! answer.

use serde::Deserialize;

/// Of `GET /search`.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Search {
    /// The query.
    pub q: String,
    /// How many documents match.
    pub total: usize,
    /// As it was asked.
    pub offset: usize,
    /// As it was asked.
    pub limit: usize,
    /// The page.
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

/// Of `GET /documents/{id}`.
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

/// Of `GET /facets`.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Facets {
    /// The facet.
    pub facet: String,
    /// How many documents were counted.
    pub total: u64,
    /// The counts.
    pub counts: Vec<Count>,
}

/// How often a value occurs.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Count {
    /// The value.
    pub value: String,
    /// How often.
    pub count: u32,
}

/// Of `POST /documents`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Indexed {
    /// Documents in the batch.
    pub indexed: usize,
    /// How many took the place of another.
    pub replaced: usize,
    /// The first one's id.
    pub first_id: u32,
    /// The last one's id.
    pub last_id: u32,
}

/// Of everything that is refused.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Refused {
    /// Why.
    pub error: Error,
}

/// Why something was refused.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Error {
    /// For programs.
    pub code: String,
    /// For people.
    pub message: String,
    /// What to do.
    pub hint: Option<String>,
    /// The line of the body.
    pub line: Option<usize>,
    /// The column in the line.
    pub column: Option<usize>,
}
