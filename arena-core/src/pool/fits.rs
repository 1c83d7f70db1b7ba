//! The search criteria for an arena: the class and the capacity of its chunk.

use core::ops::RangeInclusive;

use crate::lease::class::{self, Class, SMALLEST, largest_chunk};
use crate::site::Wanted;

/// Places of one thread, each for one arena. The owner reaches them without a lock.
pub(crate) const PLACES: usize = 8;

/// The largest class that has a place. Places hold chunks of 512 B to 64 KiB.
pub(crate) const LARGEST_PLACE: Class = SMALLEST + PLACES as Class - 1;

/// The criteria by which a scope takes an arena from the pool.
#[derive(Clone, Debug)]
pub(crate) struct Fits {
    /// The first and the last of the thread's places to search, by class. The range is empty if the
    /// last class is below the first.
    pub(crate) place_start: Class,
    pub(crate) place_end: Class,
    /// The place where the last search found an arena. Out of range if none did.
    pub(crate) found: u8,
    /// The classes that are accepted.
    pub(crate) classes: RangeInclusive<Class>,
    /// The capacities that are accepted, in bytes, because `initial` and `limit` are exact.
    pub(crate) capacities: Capacities,
    /// Room of the chunk of a new arena, if the pool has none that fits.
    pub(crate) fresh: usize,
}

/// A range of capacities. It is stored so that one comparison checks both ends.
#[derive(Clone, Debug)]
pub(crate) struct Capacities {
    least: usize,
    span: usize,
}

impl Capacities {
    /// The capacities from `least` to `most`, both included. The range is empty if `most` is less
    /// than `least`.
    pub(crate) fn new(least: usize, most: usize) -> Self {
        match most.checked_sub(least) {
            Some(span) => Self { least, span },
            // No arena has this capacity.
            None => Self { least: usize::MAX, span: 0 },
        }
    }

    #[inline(always)]
    fn contain(&self, capacity: usize) -> bool {
        capacity.wrapping_sub(self.least) <= self.span
    }
}

impl Fits {
    /// Whether an arena of an accepted class fits by its capacity.
    #[inline(always)]
    pub(crate) fn holds_capacity(&self, capacity: usize) -> bool {
        self.capacities.contain(capacity)
    }

    pub(crate) fn holds(&self, class: Class, capacity: usize) -> bool {
        self.classes.contains(&class) && self.holds_capacity(capacity)
    }
}

/// The criteria for a scope of a site: a new arena has the class `fresh`, and the pool keeps arenas
/// up to the class `keep`.
///
/// An arena must have room for `initial` bytes. Its capacity must not exceed `limit`, because
/// `bumpalo` stops enforcing a limit that the capacity exceeds.
///
/// Only `initial` permits more than a quarter of the limit. The whole capacity of a pooled arena
/// counts against the limit, used or not. Without this rule, earlier scopes would decide which
/// allocations the limit refuses.
pub(crate) fn fits(wanted: &Wanted, fresh: Class, keep: Class) -> Fits {
    let (initial, most) = match wanted.limit {
        usize::MAX => (wanted.initial, usize::MAX),
        limit => {
            let initial = wanted.initial.min(largest_chunk(limit));
            (
                initial,
                (limit / 4).max(if initial == 0 {
                    0
                } else {
                    class::capacity_for(initial).min(limit)
                }),
            )
        }
    };
    // The limit overrides the learned size, and so does `initial`, which the user set for this
    // site.
    let room = if initial > 0 { initial } else { class::room(fresh).min(largest_chunk(most)) };
    let lowest = match (initial, room) {
        (0, 0) => 0,
        (0, _) => fresh.min(class::of_capacity(room)),
        (_, _) => class::of_capacity(initial),
    };
    let highest = if initial == 0 { keep } else { keep.max(class::of_chunk_for(initial)) };
    // The pool keeps no arena for a site that the site's limit does not permit it to take.
    let highest = if most == usize::MAX { highest } else { highest.min(class::of_capacity(most)) };
    // A site with large arenas searches the shelf first. A small arena from a place would only have
    // to grow.
    Fits {
        place_start: lowest.max(SMALLEST),
        place_end: if highest <= LARGEST_PLACE { highest } else { 0 },
        found: u8::MAX,
        classes: lowest..=highest,
        capacities: Capacities::new(initial, most),
        fresh: room,
    }
}

/// The thread's places, for a site that searched the shelf first.
pub(crate) fn in_places(fits: &Fits) -> Fits {
    let (start, end) =
        ((*fits.classes.start()).max(SMALLEST), (*fits.classes.end()).min(LARGEST_PLACE));
    Fits { place_start: start, place_end: end, ..fits.clone() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_of_capacities_holds_both_of_its_ends() {
        for (least, most) in
            [(0, 0), (0, usize::MAX), (1000, 2000), (448, 448), (1, usize::MAX - 1), (2000, 1000)]
        {
            let range = Capacities::new(least, most);
            for capacity in
                [0, 1, 447, 448, 449, 999, 1000, 1500, 2000, 2001, usize::MAX / 2, usize::MAX - 1]
            {
                let expected = least <= capacity && capacity <= most;
                assert_eq!(range.contain(capacity), expected, "{capacity} in {least}..={most}");
            }
        }
    }
}
