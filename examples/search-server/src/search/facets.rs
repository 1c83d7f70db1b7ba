//! Facets: how many documents each country has, of all or of those that match a query.

use request_arena::{
    Arena,
    collections::{HashMap, Vec},
};
use serde::Serialize;

use super::candidates::Candidate;
use crate::{
    document::{Country, country_text},
    store::{Reader, StoreError},
};

/// A value of a facet.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Count<'a> {
    /// The value, a country code.
    pub value: &'a str,
    /// How many documents have it.
    pub count: u32,
}

/// The countries of all documents, the most frequent first.
///
/// # Errors
/// If the store fails.
pub fn of_all<'a>(arena: &Arena<'a>, reader: &Reader<'_>) -> Result<&'a [Count<'a>], StoreError> {
    let mut counts = Vec::with_capacity_in(256, arena);
    for entry in reader.countries()? {
        let (code, count) = entry?;
        counts.push(Count { value: arena.alloc_str(code), count });
    }
    Ok(most_frequent_first(arena, &mut counts))
}

/// The countries of `candidates`, the most frequent first.
///
/// # Errors
/// If the store fails.
pub fn of_candidates<'a>(
    arena: &Arena<'a>,
    reader: &Reader<'_>,
    candidates: &[Candidate],
) -> Result<&'a [Count<'a>], StoreError> {
    let mut by_country: HashMap<'_, Country, u32> = HashMap::new_in(arena);
    let mut columns = reader.columns();
    for candidate in candidates {
        if let Some(row) = columns.row(candidate.id())? {
            *by_country.entry(row.country).or_default() += 1;
        }
    }
    let mut counts = Vec::with_capacity_in(by_country.len(), arena);
    counts.extend(by_country.iter().map(|(&code, &count)| Count { value: country_text(arena, code), count }));
    Ok(most_frequent_first(arena, &mut counts))
}

fn most_frequent_first<'a>(arena: &Arena<'a>, counts: &mut [Count<'a>]) -> &'a [Count<'a>] {
    counts.sort_unstable_by(|a, b| b.count.cmp(&a.count).then(a.value.cmp(b.value)));
    arena.alloc_slice_copy(counts)
}
