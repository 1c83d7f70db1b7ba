//! The documents that have a matching word for every term of a query.

use search_server::{
    search::{
        candidates::{Candidate, keep_common, keep_first_of_each, of_meaning, of_word},
        query::{MAX_TERMS, NotAQuery, check},
    },
    store::{Reader, StoreError},
    text::words_kept,
    typo::{Meaning, Term, each_meaning, room_for},
};

/// The folded words of a query.
pub(super) fn words(text: &str) -> Result<Vec<String>, NotAQuery> {
    let mut words = Vec::with_capacity(MAX_TERMS + 1);
    words.extend(words_kept(text, str::to_owned).take(MAX_TERMS + 1).map(|word| word.folded));
    check(text, words.len())?;
    Ok(words)
}

/// The terms of these words. The last one is a prefix.
pub(super) fn terms(words: &[String]) -> impl ExactSizeIterator<Item = Term<'_>> {
    words.iter().enumerate().map(|(at, folded)| Term { folded, prefix: at + 1 == words.len() })
}

/// The candidates of a query: each document once, ascending by id.
pub(super) fn candidates(
    reader: &Reader<'_>,
    words: &[String],
) -> Result<Vec<Candidate>, StoreError> {
    let mut terms = terms(words);
    let Some(first) = terms.next() else { return Ok(Vec::new()) };
    let mut matching = of_term(reader, first)?;
    for term in terms {
        if matching.is_empty() {
            break;
        }
        let of_term = of_term(reader, term)?;
        let len = keep_common(&mut matching, &of_term);
        matching.truncate(len);
    }
    Ok(matching)
}

fn of_term(reader: &Reader<'_>, term: Term<'_>) -> Result<Vec<Candidate>, StoreError> {
    let mut all = Vec::with_capacity(1024);
    let mut add = |ids: &[u8], typos, inexact| all.extend(of_word(ids, typos, inexact));
    if term.allowed_typos() == 0 {
        let meaning = Meaning { word: term.folded, open_ended: term.prefix, typos: 0 };
        of_meaning(reader, term, meaning, &mut add)?;
    } else {
        for Meaning { word, open_ended, typos } in lookup(reader, term)? {
            of_meaning(reader, term, Meaning { word: &*word, open_ended, typos }, &mut add)?;
        }
    }
    all.sort_unstable();
    let len = keep_first_of_each(&mut all);
    all.truncate(len);
    Ok(all)
}

/// All words that match a term with typos, in alphabetical order.
fn lookup(reader: &Reader<'_>, term: Term<'_>) -> Result<Vec<Meaning<String>>, StoreError> {
    let mut found = Vec::with_capacity(32);
    each_meaning(
        &reader.dictionary()?,
        term,
        &mut vec![0; room_for(term)],
        &mut |word, open_ended, typos| {
            found.push(Meaning { word: word.to_owned(), open_ended, typos });
        },
    );
    found.sort_unstable();
    found.dedup();
    Ok(found)
}
