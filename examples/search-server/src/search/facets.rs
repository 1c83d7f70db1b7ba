//! Facets: the number of documents of each country, of all or of those that match a query.

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
pub struct Count<T> {
    /// The value, a country code.
    pub value: T,
    /// The number of documents with the value.
    pub count: u32,
}

/// The countries of all documents, the most frequent first.
///
/// # Errors
/// If the store fails.
pub fn of_all<'a>(
    arena: &Arena<'a>,
    reader: &Reader<'_>,
) -> Result<&'a [Count<&'a str>], StoreError> {
    let mut counts = Vec::with_capacity_in(256, arena);
    for entry in reader.countries()? {
        let (code, count) = entry?;
        counts.push(Count { value: &*arena.alloc_str(code), count });
    }
    most_frequent_first(&mut counts);
    Ok(arena.alloc_slice_copy(&counts))
}

/// The countries of `candidates`, the most frequent first.
///
/// # Errors
/// If the store fails.
pub fn of_candidates<'a>(
    arena: &Arena<'a>,
    reader: &Reader<'_>,
    candidates: &[Candidate],
) -> Result<&'a [Count<&'a str>], StoreError> {
    let mut by_country: HashMap<'_, Country, u32> = HashMap::new_in(arena);
    each_country(reader, candidates, |country| *by_country.entry(country).or_default() += 1)?;
    let mut counts = Vec::with_capacity_in(by_country.len(), arena);
    counts.extend(
        by_country
            .iter()
            .map(|(code, &count)| Count { value: &*arena.alloc_str(country_text(code)), count }),
    );
    most_frequent_first(&mut counts);
    Ok(arena.alloc_slice_copy(&counts))
}

/// Calls `each` with the country of every candidate.
///
/// # Errors
/// If the store fails.
pub fn each_country(
    reader: &Reader<'_>,
    candidates: &[Candidate],
    mut each: impl FnMut(Country),
) -> Result<(), StoreError> {
    let mut columns = reader.columns();
    for candidate in candidates {
        if let Some(row) = columns.row(candidate.id())? {
            each(row.country);
        }
    }
    Ok(())
}

/// The order of the answer: the most frequent first, and equal ones by their values.
pub fn most_frequent_first<T: Ord>(counts: &mut [Count<T>]) {
    counts.sort_unstable_by(|a, b| b.count.cmp(&a.count).then_with(|| a.value.cmp(&b.value)));
}
