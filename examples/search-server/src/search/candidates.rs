//! Candidates: the documents that have a matching word for every term of a query.

use request_arena::{Arena, collections::Vec};

use super::query::Terms;
use crate::{
    store::{Reader, StoreError, postings},
    typo::{Meaning, Term, lookup},
};

/// A document and the quality of its match, in one word that sorts by id and then best match first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Candidate(u64);

impl Candidate {
    fn new(id: u32, typos: u8, inexact: bool) -> Self {
        Self((u64::from(id) << 16) | (u64::from(typos) << 8) | u64::from(inexact))
    }

    /// The document.
    pub fn id(self) -> u32 {
        (self.0 >> 16) as u32
    }

    /// Typos of all terms together.
    pub fn typos(self) -> u8 {
        (self.0 >> 8) as u8
    }

    /// The number of terms that are not exactly a word of the document.
    pub fn inexact(self) -> u8 {
        self.0 as u8
    }

    /// The same document with the figures of both added. Ten terms of two typos fit into a byte.
    fn and(self, other: Self) -> Self {
        Self(self.0 + (other.0 & 0xffff))
    }
}

/// The candidates of a query, each document once, ascending by id.
///
/// # Errors
/// If the store fails.
pub fn candidates<'a>(
    arena: &Arena<'a>,
    reader: &Reader<'_>,
    query: &Terms<'_>,
) -> Result<&'a [Candidate], StoreError> {
    let Some((first, rest)) = query.terms.split_first() else { return Ok(&[]) };
    let mut matching = of_term(arena, reader, *first)?;
    for term in rest {
        if matching.is_empty() {
            break;
        }
        let of_term = of_term(arena, reader, *term)?;
        let len = keep_common(matching, of_term);
        matching = &mut matching[..len];
    }
    // The vector borrows the handle. A slice in the arena can be kept across an await.
    Ok(arena.alloc_slice_copy(matching))
}

/// The documents with a word that matches `term`. Their postings are read in place, in LMDB's map.
/// Sorting puts the entries of a document side by side, the best one first.
fn of_term<'b>(
    arena: &'b Arena<'_>,
    reader: &Reader<'_>,
    term: Term<'_>,
) -> Result<&'b mut [Candidate], StoreError> {
    let meanings = lookup(arena, &reader.dictionary()?, term);
    // The last block in the arena grows in place, as nothing else allocates until it is full.
    let mut all = Vec::with_capacity_in(1024, arena);
    for &meaning in meanings {
        of_meaning(reader, term, meaning, |ids, typos, inexact| {
            // `extend` would check the capacity for each of them.
            let before = all.len();
            let found = of_word(ids, typos, inexact);
            all.resize(before + found.len(), Candidate(0));
            all[before..].iter_mut().zip(found).for_each(|(place, candidate)| *place = candidate);
        })?;
    }
    all.sort_unstable();
    let len = keep_first_of_each(&mut all);
    all.truncate(len);
    Ok(all.leak())
}

/// The documents in the postings of a word.
pub fn of_word(ids: &[u8], typos: u8, inexact: bool) -> impl ExactSizeIterator<Item = Candidate> {
    postings::ids(ids).map(move |id| Candidate::new(id, typos, inexact))
}

/// Calls `each` with the postings of every word in a match, with its typos and whether it differs
/// from the term.
///
/// # Errors
/// If the store fails.
pub fn of_meaning(
    reader: &Reader<'_>,
    term: Term<'_>,
    meaning: Meaning<&str>,
    mut each: impl FnMut(&[u8], u8, bool),
) -> Result<(), StoreError> {
    reader.postings(meaning.word, meaning.open_ended, |word, ids| {
        each(ids, meaning.typos, word != term.folded);
    })
}

/// Moves the first candidate of each document to the front. Returns the number of documents.
pub fn keep_first_of_each(sorted: &mut [Candidate]) -> usize {
    let mut kept = 0;
    for at in 0..sorted.len() {
        if kept == 0 || sorted[kept - 1].id() != sorted[at].id() {
            sorted[kept] = sorted[at];
            kept += 1;
        }
    }
    kept
}

/// Moves the candidates of `ours` that are also in `theirs` to the front, with the figures of both
/// added.
pub fn keep_common(ours: &mut [Candidate], theirs: &[Candidate]) -> usize {
    let mut theirs = theirs.iter().copied().peekable();
    let mut kept = 0;
    for at in 0..ours.len() {
        let candidate = ours[at];
        while theirs.next_if(|other| other.id() < candidate.id()).is_some() {}
        if let Some(other) = theirs.next_if(|other| other.id() == candidate.id()) {
            ours[kept] = candidate.and(other);
            kept += 1;
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_best_of_a_document_is_kept() {
        let mut all =
            [Candidate::new(7, 1, true), Candidate::new(2, 0, true), Candidate::new(7, 0, false)];
        all.sort_unstable();
        let len = keep_first_of_each(&mut all);
        assert_eq!(all[..len], [Candidate::new(2, 0, true), Candidate::new(7, 0, false)]);
        assert_eq!(keep_first_of_each(&mut []), 0);
    }

    #[test]
    fn a_document_of_both_terms_is_kept_with_the_sum_of_their_typos() {
        let mut ours = [
            Candidate::new(1, 0, false),
            Candidate::new(5, 1, true),
            Candidate::new(u32::MAX, 2, true),
        ];
        let theirs = [
            Candidate::new(4, 0, false),
            Candidate::new(5, 2, true),
            Candidate::new(u32::MAX, 2, true),
        ];
        assert_eq!(keep_common(&mut ours, &theirs), 2);
        assert_eq!((ours[0].id(), ours[0].typos(), ours[0].inexact()), (5, 3, 2));
        assert_eq!((ours[1].id(), ours[1].typos(), ours[1].inexact()), (u32::MAX, 4, 2));
    }
}
