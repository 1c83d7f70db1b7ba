//! Adds documents: one batch is one transaction, and rewrites only the words, pages and countries
//! that it changes.
//!
//! Everything between the batch and LMDB lives in the caller's arena. Data of a single word or page
//! is in a buffer that the next one uses again.

use heed::RwTxn;
use request_arena::{
    Arena,
    collections::{HashMap, Vec},
};
use serde::Serialize;

use super::{
    NEXT_ID, StoreError, Tables,
    columns::{PAGE, PAGE_BYTES, Row},
    dictionary, document,
    postings::{Change, merge},
};
use crate::{
    document::{Country, Document, MAX_ID, NewDocument},
    text::{words, words_at_most},
};

/// The result of a batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Indexed {
    /// Documents in the batch.
    pub indexed: usize,
    /// How many of them replaced another.
    pub replaced: usize,
    /// The id of the batch's first document.
    pub first_id: u32,
    /// The id of its last document. Documents that came without an id have consecutive ones.
    pub last_id: u32,
}

/// A document's change of one word's postings. It sorts in the order of writing.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Posting<'a> {
    word: &'a str,
    change: Change,
}

/// Adds `batch` to `tables`. Calls `progress` with the steps done and all steps.
pub(super) fn add<'a>(
    arena: &Arena<'a>,
    wtxn: &mut RwTxn<'_>,
    tables: &Tables,
    batch: &[NewDocument<'a>],
    progress: &mut dyn FnMut(usize, usize),
) -> Result<Indexed, StoreError> {
    let documents = number(arena, wtxn, tables, batch)?;
    let held = documents.iter().map(|(_, new)| words_at_most(new.name)).sum();
    let mut postings: Vec<'_, Posting<'a>> = Vec::with_capacity_in(held, arena);
    let mut rows = Vec::with_capacity_in(documents.len(), arena);
    let mut countries: HashMap<'_, Country, i64> = HashMap::new_in(arena);
    let mut buffer = Vec::new_in(arena);
    let mut replaced = 0;
    for (done, &(id, ref new)) in documents.iter().enumerate() {
        if let Some(old) = document(tables, wtxn, id)? {
            replaced += 1;
            *countries.entry(old.country).or_default() -= 1;
            let lost = words(arena, old.name).map(|word| word.folded);
            postings.extend(lost.map(|word| Posting { word, change: Change { id, holds: false } }));
        }
        *countries.entry(new.country).or_default() += 1;
        let before = postings.len();
        let held = words(arena, new.name).map(|word| word.folded);
        postings.extend(held.map(|word| Posting { word, change: Change { id, holds: true } }));
        let words = u8::try_from(postings.len() - before).unwrap_or(u8::MAX);
        rows.push((id, Row { point: new.point, country: new.country, words }));
        put_document(wtxn, tables, id, new, &mut buffer)?;
        progress(done, documents.len() + postings.len());
    }
    postings.sort_unstable();
    let steps = documents.len() + postings.len();
    let new_words = put_postings(arena, wtxn, tables, &postings, &mut |done| {
        progress(documents.len() + done, steps);
    })?;
    dictionary::add(arena, wtxn, tables, new_words)?;
    put_rows(arena, wtxn, tables, &rows)?;
    put_countries(wtxn, tables, &countries)?;
    let first_id = documents.first().map_or(0, |&(id, _)| id);
    let last_id = documents.last().map_or(0, |&(id, _)| id);
    Ok(Indexed { indexed: documents.len(), replaced, first_id, last_id })
}

/// Gives every document its id, and refuses two documents with the same one.
fn number<'a>(
    arena: &Arena<'a>,
    wtxn: &mut RwTxn<'_>,
    tables: &Tables,
    batch: &[NewDocument<'a>],
) -> Result<&'a [(u32, Document<'a>)], StoreError> {
    let stored = tables
        .meta
        .get(wtxn, NEXT_ID)?
        .and_then(|bytes| bytes.try_into().ok())
        .map_or(1, u32::from_le_bytes);
    let after_given = batch.iter().filter_map(|new| new.id).max().map_or(0, |id| id + 1);
    let mut next = stored.max(after_given);
    let mut numbered = Vec::with_capacity_in(batch.len(), arena);
    for new in batch {
        let id = match new.id {
            Some(id) => id,
            None if next > MAX_ID => return Err(StoreError::NoIdLeft),
            None => {
                next += 1;
                next - 1
            }
        };
        numbered.push((id, new.document));
    }
    tables.meta.put(wtxn, NEXT_ID, &next.to_le_bytes())?;
    let documents = arena.alloc_slice_copy(&numbered);
    numbered.sort_unstable_by_key(|&(id, _)| id);
    match numbered.windows(2).find(|pair| pair[0].0 == pair[1].0) {
        Some(pair) => Err(StoreError::SameIdTwice(pair[0].0)),
        None => Ok(documents),
    }
}

fn put_document(
    wtxn: &mut RwTxn<'_>,
    tables: &Tables,
    id: u32,
    document: &Document<'_>,
    buffer: &mut Vec<'_, u8>,
) -> Result<(), StoreError> {
    let most = document.name.len() + document.admin1.len() + document.admin2.len() + 64;
    if buffer.len() < most {
        buffer.resize(most, 0);
    }
    let bytes = postcard::to_slice(document, buffer)
        .map_err(|_| StoreError::Corrupt("a document is too long"))?;
    tables.documents.put(wtxn, &id.to_be_bytes(), bytes)?;
    Ok(())
}

/// Rewrites the postings of every word in `postings`. Returns the words that had no document
/// before, in order.
fn put_postings<'a>(
    arena: &Arena<'a>,
    wtxn: &mut RwTxn<'_>,
    tables: &Tables,
    postings: &[Posting<'a>],
    progress: &mut dyn FnMut(usize),
) -> Result<&'a [&'a str], StoreError> {
    let mut new_words = Vec::with_capacity_in(64, arena);
    let mut scratch = Vec::new_in(arena);
    let mut done = 0;
    for same_word in postings.chunk_by(|a, b| a.word == b.word) {
        let word = same_word[0].word;
        let before = tables.postings.get(wtxn, word)?.unwrap_or_default();
        scratch.resize(before.len() + same_word.len() * 4, 0);
        let len = merge(before, same_word.iter().map(|posting| posting.change), &mut scratch);
        if before.is_empty() {
            new_words.push(word);
        }
        if len > 0 {
            tables.postings.put(wtxn, word, &scratch[..len])?;
        } else {
            tables.postings.delete(wtxn, word)?;
        }
        done += same_word.len();
        progress(done);
    }
    Ok(arena.alloc_slice_copy(&new_words))
}

fn put_rows(
    arena: &Arena<'_>,
    wtxn: &mut RwTxn<'_>,
    tables: &Tables,
    rows: &[(u32, Row)],
) -> Result<(), StoreError> {
    let mut rows = {
        let mut sorted = Vec::with_capacity_in(rows.len(), arena);
        sorted.extend_from_slice(rows);
        sorted
    };
    rows.sort_unstable_by_key(|&(id, _)| id);
    let page = arena.alloc_slice_fill_copy(PAGE_BYTES, 0);
    for same_page in rows.chunk_by(|a, b| a.0 / PAGE == b.0 / PAGE) {
        let number = same_page[0].0 / PAGE;
        match tables.columns.get(wtxn, &number.to_be_bytes())? {
            Some(before) if before.len() == PAGE_BYTES => page.copy_from_slice(before),
            Some(_) => return Err(StoreError::Corrupt("a page of columns has the wrong size")),
            None => page.fill(0),
        }
        for &(id, row) in same_page {
            Row::write(Some(row), page, id);
        }
        tables.columns.put(wtxn, &number.to_be_bytes(), page)?;
    }
    Ok(())
}

fn put_countries(
    wtxn: &mut RwTxn<'_>,
    tables: &Tables,
    countries: &HashMap<'_, Country, i64>,
) -> Result<(), StoreError> {
    for (code, change) in countries {
        let code = std::str::from_utf8(code)
            .map_err(|_| StoreError::Corrupt("a country is not two letters"))?;
        let before = tables.countries.get(wtxn, code)?.unwrap_or_default();
        let after = u32::try_from(i64::from(before) + change)
            .map_err(|_| StoreError::Corrupt("a count is negative"))?;
        if after > 0 {
            tables.countries.put(wtxn, code, &after)?;
        } else {
            tables.countries.delete(wtxn, code)?;
        }
    }
    Ok(())
}
