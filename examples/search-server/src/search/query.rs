//! Queries: what the terms of a text are, and which documents are wanted.

use request_arena::{Arena, collections::Vec};

use crate::{document::Country, geo::Point, text::words, typo::Term};

/// Most words in a query.
pub const MAX_TERMS: usize = 10;

/// Most bytes in a query.
pub const MAX_QUERY: usize = 500;

/// The words of a query.
#[derive(Clone, Copy, Debug)]
pub struct Terms<'a> {
    /// The text as it was sent.
    pub text: &'a str,
    /// Its words; the last one is a prefix.
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
    /// If there is none, or too many.
    pub fn new(arena: &Arena<'a>, text: &'a str) -> Result<Self, NotAQuery> {
        if text.len() > MAX_QUERY {
            return Err(NotAQuery::TooLong);
        }
        let mut terms = Vec::with_capacity_in(MAX_TERMS + 1, arena);
        terms.extend(words(arena, text).take(MAX_TERMS + 1).map(|word| Term { folded: word.folded, prefix: false }));
        if terms.len() > MAX_TERMS {
            return Err(NotAQuery::TooLong);
        }
        terms.last_mut().ok_or(NotAQuery::Empty)?.prefix = true;
        Ok(Self { text, terms: arena.alloc_slice_copy(&terms) })
    }
}

/// Which of the matching documents are wanted.
#[derive(Clone, Copy, Debug, Default)]
pub struct Wanted<'a> {
    /// Only documents of these countries; all if empty.
    pub countries: &'a [Country],
    /// The nearest to this point first.
    pub near: Option<Point>,
}

impl Wanted<'_> {
    /// Whether documents of `country` are wanted.
    pub fn country(&self, country: Country) -> bool {
        self.countries.is_empty() || self.countries.contains(&country)
    }
}
