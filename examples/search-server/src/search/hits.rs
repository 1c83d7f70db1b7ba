//! Hits: the documents of a page, copied out of LMDB's map into the arena, with their matches marked.

use request_arena::Arena;
use serde::Serialize;

use super::{highlight::Highlighter, query::Terms, rank::Ranked};
use crate::{
    document::{Document, country_text},
    store::{Reader, StoreError},
};

/// A document as it is answered.
#[derive(Clone, Copy, Debug, Default, Serialize)]
pub struct Found<'a> {
    /// Its id.
    pub id: u32,
    /// Its name.
    pub name: &'a str,
    /// Its country.
    pub country: &'a str,
    /// First administrative division.
    pub admin1: &'a str,
    /// Second administrative division.
    pub admin2: &'a str,
    /// Degrees north.
    pub lat: f64,
    /// Degrees east.
    pub lng: f64,
}

impl<'a> Found<'a> {
    /// Copies `document` into the arena.
    pub fn new(arena: &Arena<'a>, id: u32, document: &Document<'_>) -> Self {
        Self {
            id,
            name: arena.alloc_str(document.name),
            country: country_text(arena, document.country),
            admin1: arena.alloc_str(document.admin1),
            admin2: arena.alloc_str(document.admin2),
            lat: document.point.lat(),
            lng: document.point.lng(),
        }
    }
}

/// A document that a search found.
#[derive(Clone, Copy, Debug, Default, Serialize)]
pub struct Hit<'a> {
    /// The document.
    #[serde(flatten)]
    pub document: Found<'a>,
    /// Its name as HTML, with the matches between `<em>` and `</em>`.
    pub highlighted: &'a str,
    /// Typos in all terms together.
    pub typos: u8,
    /// Metres to the point, if one was given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub distance_m: Option<u32>,
}

/// The hits for `ranked`.
///
/// # Errors
/// If the store fails.
pub fn hits<'a>(
    arena: &Arena<'a>,
    reader: &Reader<'_>,
    query: &Terms<'_>,
    ranked: &[Ranked],
    near: bool,
) -> Result<&'a [Hit<'a>], StoreError> {
    let hits = arena.alloc_slice_fill_default::<Hit<'a>>(ranked.len());
    let mut highlighter = Highlighter::new(arena, query.terms);
    for (hit, ranked) in hits.iter_mut().zip(ranked) {
        let document = reader.document(ranked.id)?.ok_or(StoreError::Corrupt("a document is missing"))?;
        *hit = Hit {
            document: Found::new(arena, ranked.id, &document),
            highlighted: highlighter.mark(document.name),
            typos: ranked.typos,
            distance_m: near.then_some(ranked.distance_m),
        };
    }
    Ok(hits)
}
