//! Queries: the terms of a text, and the filters for documents.

use request_arena::{Arena, collections::Vec};

use crate::{document::Country, geo::Point, text::words, typo::Term};

/// Most words in a query.
pub const MAX_TERMS: usize = 10;

/// Most bytes in a query.
pub const MAX_QUERY: usize = 500;

/// The words of a query.
#[derive(Clone, Copy, Debug)]
pub struct Terms<'a> {
    /// The text of the request.
    pub text: &'a str,
    /// Its words. The last one is a prefix.
    pub terms: &'a [Term<'a>],
}

/// Why a text is not a query.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotAQuery {
    /// It has no letter or digit.
    Empty,
    /// It has more than [`MAX_TERMS`] words or [`MAX_QUERY`] bytes.
    TooLong,
}

impl<'a> Terms<'a> {
    /// Cuts `text` into terms.
    ///
    /// # Errors
    /// If it has no word, or too many.
    pub fn new(arena: &Arena<'a>, text: &'a str) -> Result<Self, NotAQuery> {
        let mut terms = Vec::with_capacity_in(MAX_TERMS + 1, arena);
        terms.extend(
            words(arena, text)
                .take(MAX_TERMS + 1)
                .map(|word| Term { folded: word.folded, prefix: false }),
        );
        check(text, terms.len())?;
        if let Some(last) = terms.last_mut() {
            last.prefix = true;
        }
        Ok(Self { text, terms: arena.alloc_slice_copy(&terms) })
    }
}

/// Checks `text`, which has this many words (counted to one more than the limit).
///
/// # Errors
/// If it has no word, or is too long.
pub fn check(text: &str, words: usize) -> Result<(), NotAQuery> {
    match words {
        _ if text.len() > MAX_QUERY => Err(NotAQuery::TooLong),
        0 => Err(NotAQuery::Empty),
        1..=MAX_TERMS => Ok(()),
        _ => Err(NotAQuery::TooLong),
    }
}

/// The filters: they select among the matching documents.
#[derive(Clone, Copy, Debug, Default)]
pub struct Wanted<'a> {
    /// Only documents of these countries. All countries if empty.
    pub countries: &'a [Country],
    /// Sorts the nearest to this point first.
    pub near: Option<Point>,
}

impl Wanted<'_> {
    /// Whether the filters accept documents of `country`.
    pub fn country(&self, country: Country) -> bool {
        self.countries.is_empty() || self.countries.contains(&country)
    }
}
