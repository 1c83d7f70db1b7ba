//! Ranking: filters the candidates, and sorts the best of them.

use super::{candidates::Candidate, query::Wanted};
use crate::store::{Columns, StoreError};

/// A candidate that the filters accept. It sorts in the order of hits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Ranked {
    /// Typos of all terms together.
    pub typos: u8,
    /// The number of terms that are not a whole word of the name.
    pub inexact: u8,
    /// Whether the number of words differs between name and query.
    pub longer: bool,
    /// Metres to the point, or 0 without one.
    pub distance_m: u32,
    /// The document.
    pub id: u32,
}

/// The requested page of a result.
#[derive(Clone, Copy, Debug)]
pub struct Page<'a> {
    /// The number of matching documents.
    pub total: usize,
    /// The documents of this page, the best first.
    pub ranked: &'a [Ranked],
}

/// The size of the room that the search for a page needs.
pub fn room(candidates: usize, offset: usize, limit: usize) -> usize {
    2 * offset.saturating_add(limit).min(candidates)
}

/// Filters the candidates, and selects the page after the best `offset`. `room` has the
/// [size](room()) for that page.
///
/// # Errors
/// If the store fails.
pub fn rank<'r>(
    room: &'r mut [Ranked],
    mut columns: Columns<'_>,
    candidates: &[Candidate],
    terms: usize,
    wanted: &Wanted<'_>,
    offset: usize,
) -> Result<Page<'r>, StoreError> {
    let mut best = Best::new(room);
    let mut total = 0;
    for candidate in candidates {
        let Some(row) = columns.row(candidate.id())? else { continue };
        if wanted.country(row.country) {
            best.add(Ranked {
                typos: candidate.typos(),
                inexact: candidate.inexact(),
                longer: usize::from(row.words) != terms,
                distance_m: wanted.near.map_or(0, |near| near.distance_m(row.point)),
                id: candidate.id(),
            });
            total += 1;
        }
    }
    let best = best.into_sorted();
    Ok(Page { total, ranked: &best[offset.min(best.len())..] })
}

/// Keeps the best entries, in room for twice as many. When the room is full, it drops the worse
/// half.
struct Best<'a> {
    room: &'a mut [Ranked],
    filled: usize,
    wanted: usize,
}

impl<'a> Best<'a> {
    fn new(room: &'a mut [Ranked]) -> Self {
        let wanted = room.len() / 2;
        Self { room, filled: 0, wanted }
    }

    fn add(&mut self, ranked: Ranked) {
        if self.filled == self.room.len() && self.wanted > 0 {
            self.room.select_nth_unstable(self.wanted);
            self.filled = self.wanted;
        }
        if let Some(place) = self.room.get_mut(self.filled) {
            *place = ranked;
            self.filled += 1;
        }
    }

    fn into_sorted(self) -> &'a [Ranked] {
        let all = &mut self.room[..self.filled];
        all.sort_unstable();
        &all[..self.filled.min(self.wanted)]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn best(wanted: usize, ids: &[u32]) -> Vec<u32> {
        let mut room = vec![Ranked::default(); room(ids.len(), 0, wanted)];
        let mut best = Best::new(&mut room);
        ids.iter().for_each(|&id| best.add(Ranked { id, ..Ranked::default() }));
        best.into_sorted().iter().map(|ranked| ranked.id).collect()
    }

    #[test]
    fn the_best_are_kept_in_order() {
        let ids = [9, 3, 7, 1, 5, 8, 2, 6, 4];
        for wanted in 0..12 {
            let expected: Vec<u32> = (1..=9).take(wanted).collect();
            assert_eq!(best(wanted, &ids), expected, "{wanted}");
        }
        assert_eq!(best(3, &[]), [0; 0]);
    }

    #[test]
    fn typos_weigh_more_than_distance_and_distance_more_than_the_id() {
        let best = Ranked { typos: 0, inexact: 1, longer: true, distance_m: 500, id: 2 };
        assert!(best < Ranked { typos: 1, inexact: 0, longer: false, distance_m: 0, id: 1 });
        assert!(best < Ranked { distance_m: 501, id: 1, ..best });
        assert!(best > Ranked { id: 1, ..best });
    }
}
