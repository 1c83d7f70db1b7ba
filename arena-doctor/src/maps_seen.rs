//! Maps seen: the groups of anonymous maps at earlier judgements, in bounded memory. They show
//! which maps grow.

use core::time::Duration;

use request_arena_memory::maps::{MapGroup, Maps};

/// The most moments. The first one stays, and the others become sparser with age.
const MOST: usize = 8;

/// The least time between two moments.
const PAUSE: Duration = Duration::from_secs(10);

/// The maps of one moment.
#[derive(Clone, Debug)]
pub(super) struct Seen {
    /// The time since the doctor's start.
    pub(super) at: Duration,
    /// Anonymous memory that no allocator counts, by the account of that moment.
    pub(super) unexplained: u64,
    groups: Vec<MapGroup>,
}

/// Earlier maps, the oldest first.
#[derive(Debug, Default)]
pub(super) struct MapsSeen(Vec<Seen>);

impl MapsSeen {
    /// Adds the maps of this moment, unless the last ones are almost as new.
    pub(super) fn push(&mut self, at: Duration, maps: &Maps, unexplained: u64) {
        if self.0.last().is_some_and(|last| at < last.at + PAUSE) {
            return;
        }
        if self.0.len() == MOST {
            // The reading with the closest neighbours. The first and the last one stay.
            let gap = |place: &usize| self.0[place + 1].at - self.0[place - 1].at;
            if let Some(place) = (1..MOST - 1).min_by_key(gap) {
                self.0.remove(place);
            }
        }
        self.0.push(Seen { at, unexplained, groups: maps.groups.clone() });
    }

    /// The oldest moment that is at least this long ago.
    pub(super) fn before(&self, now: Duration, least: Duration) -> Option<&Seen> {
        self.0.first().filter(|first| first.at + least <= now)
    }
}

impl Seen {
    /// The resident bytes of a group at that moment. 0 if it was not there.
    pub(super) fn resident(&self, group: &MapGroup) -> u64 {
        self.groups.iter().find(|seen| seen.is_same(group)).map_or(0, |seen| seen.resident)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_moment_stays_and_the_others_spread_over_the_time() {
        let mut seen = MapsSeen::default();
        let group = |resident| MapGroup { resident, ..MapGroup::default() };
        for second in 0..36_000 {
            let maps = Maps { groups: vec![group(second)], ..Maps::default() };
            seen.push(Duration::from_secs(second), &maps, second);
        }
        assert_eq!(seen.0.len(), MOST);
        assert!(seen.0.windows(2).all(|pair| pair[1].at >= pair[0].at + PAUSE), "{seen:?}");
        let now = Duration::from_secs(36_000);
        let first = seen.before(now, Duration::from_secs(60)).unwrap();
        assert_eq!((first.at, first.resident(&group(1))), (Duration::ZERO, 0));
        assert!(seen.before(now, Duration::from_secs(36_001)).is_none());
        let named = MapGroup { name: Some("anon:new".into()), ..group(5) };
        assert_eq!(first.resident(&named), 0, "it is new");
    }
}
