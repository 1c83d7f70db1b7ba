//! The dictionary: every word of every document, in a large and a small trie (`fst::Set`).
//!
//! A trie cannot be changed, only built again, which takes 40 ms for the words of all cities. So
//! new words go into the small trie, and a batch that makes it too large merges both. A word stays
//! until then even without documents: it has no postings, so searches find nothing by it.

use fst::{IntoStreamer, SetBuilder, Streamer, raw::Fst, set};
use heed::{RoTxn, RwTxn};
use request_arena::{Arena, collections::Vec};

use super::{StoreError, Tables};

/// The keys in `meta`: the large trie, and the small one.
const KEYS: [&str; 2] = ["words", "recent_words"];

/// With more words than this, the small trie is merged into the large one.
const MOST_RECENT: usize = 4096;

const DAMAGED: StoreError = StoreError::Corrupt("the dictionary is not a trie");

/// Makes the dictionary of a new index.
pub(super) fn create(wtxn: &mut RwTxn<'_>, tables: &Tables) -> Result<(), StoreError> {
    for key in KEYS {
        if tables.meta.get(wtxn, key)?.is_none() {
            tables.meta.put(wtxn, key, fst::Set::default().as_fst().as_bytes())?;
        }
    }
    Ok(())
}

/// The tries. A word may be in both.
pub(super) fn read<'t>(
    tables: &Tables,
    txn: &'t RoTxn<'_>,
) -> Result<[Fst<&'t [u8]>; 2], StoreError> {
    let trie = |key| Fst::new(tables.meta.get(txn, key)?.ok_or(DAMAGED)?).map_err(|_| DAMAGED);
    Ok([trie(KEYS[0])?, trie(KEYS[1])?])
}

/// Adds `words`, which are sorted.
pub(super) fn add(
    arena: &Arena<'_>,
    wtxn: &mut RwTxn<'_>,
    tables: &Tables,
    words: &[&str],
) -> Result<(), StoreError> {
    if words.is_empty() {
        return Ok(());
    }
    let [large, recent] = read(tables, wtxn)?.map(fst::Set::from);
    let added = fst::Set::from_iter(words).map_err(|_| DAMAGED)?;
    let together = recent.len() + words.len() > MOST_RECENT;
    let mut bytes = Vec::with_capacity_in(recent.as_fst().size() + added.as_fst().size(), arena);
    if together {
        bytes.reserve(large.as_fst().size());
        let all = set::OpBuilder::new().add(&large).add(&recent).add(&added).union();
        build(all, &mut bytes, |word| Ok(tables.postings.get(wtxn, word)?.is_some()))?;
    } else {
        let all = set::OpBuilder::new().add(&recent).add(&added).union();
        build(all, &mut bytes, |_| Ok(true))?;
    }
    if together {
        tables.meta.put(wtxn, KEYS[0], &bytes)?;
        tables.meta.put(wtxn, KEYS[1], fst::Set::default().as_fst().as_bytes())?;
    } else {
        tables.meta.put(wtxn, KEYS[1], &bytes)?;
    }
    Ok(())
}

fn build<W>(
    words: W,
    bytes: &mut Vec<'_, u8>,
    keep: impl Fn(&str) -> Result<bool, StoreError>,
) -> Result<(), StoreError>
where
    W: for<'w> IntoStreamer<'w, Item = &'w [u8], Into: for<'v> Streamer<'v, Item = &'v [u8]>>,
{
    let mut builder = SetBuilder::new(bytes).map_err(|_| DAMAGED)?;
    let mut words = words.into_stream();
    while let Some(word) = words.next() {
        if keep(std::str::from_utf8(word).map_err(|_| DAMAGED)?)? {
            builder.insert(word).map_err(|_| DAMAGED)?;
        }
    }
    builder.finish().map_err(|_| DAMAGED)
}
