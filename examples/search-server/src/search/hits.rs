//! Hits: the documents of a page, copied out of LMDB's map into the arena, with their matches
//! marked.

use request_arena::Arena;
use serde::Serialize;

use super::{highlight::Highlighter, query::Terms, rank::Ranked};
use crate::{
    document::{Document, country_text},
    store::{Reader, StoreError},
};

/// A document in an answer.
#[derive(Clone, Copy, Debug, Default, Serialize)]
pub struct Found<T> {
    /// Its id.
    pub id: u32,
    /// Its name.
    pub name: T,
    /// Its country.
    pub country: T,
    /// First administrative division.
    pub admin1: T,
    /// Second administrative division.
    pub admin2: T,
    /// Degrees north.
    pub lat: f64,
    /// Degrees east.
    pub lng: f64,
}

impl<T> Found<T> {
    /// Document `id`. `keep` copies a text to where it should live.
    pub fn new(id: u32, document: &Document<'_>, keep: impl Fn(&str) -> T) -> Self {
        Self {
            id,
            name: keep(document.name),
            country: keep(country_text(&document.country)),
            admin1: keep(document.admin1),
            admin2: keep(document.admin2),
            lat: document.point.lat(),
            lng: document.point.lng(),
        }
    }
}

/// A document that a search has found.
#[derive(Clone, Copy, Debug, Default, Serialize)]
pub struct Hit<T> {
    /// The document.
    #[serde(flatten)]
    pub document: Found<T>,
    /// Its name as HTML, with the matches between `<em>` and `</em>`.
    pub highlighted: T,
    /// Typos of all terms together.
    pub typos: u8,
    /// Metres to the point, if the request has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub distance_m: Option<u32>,
}

impl<T> Hit<T> {
    /// The hit for `ranked`, which `reader` reads. `keep` copies a text to where it should live,
    /// and `mark` marks the matches in the name.
    ///
    /// # Errors
    /// If the store fails, or lacks the document.
    pub fn read(
        reader: &Reader<'_>,
        ranked: Ranked,
        near: bool,
        keep: impl Fn(&str) -> T,
        mark: impl FnOnce(&str) -> T,
    ) -> Result<Self, StoreError> {
        let document =
            reader.document(ranked.id)?.ok_or(StoreError::Corrupt("a document is missing"))?;
        Ok(Self {
            document: Found::new(ranked.id, &document, keep),
            highlighted: mark(document.name),
            typos: ranked.typos,
            distance_m: near.then_some(ranked.distance_m),
        })
    }
}

/// The hits for `ranked`, in the arena.
///
/// # Errors
/// If the store fails.
pub fn hits<'a>(
    arena: &Arena<'a>,
    reader: &Reader<'_>,
    query: &Terms<'_>,
    ranked: &[Ranked],
    near: bool,
) -> Result<&'a [Hit<&'a str>], StoreError> {
    let hits = arena.alloc_slice_fill_default::<Hit<&str>>(ranked.len());
    let mut highlighter = Highlighter::new(arena, query.terms);
    for (hit, &ranked) in hits.iter_mut().zip(ranked) {
        *hit = Hit::read(
            reader,
            ranked,
            near,
            |text| &*arena.alloc_str(text),
            |name| highlighter.mark(name),
        )?;
    }
    Ok(hits)
}
