//! Which arenas serve a scope: by the class and the capacity of their chunk.

use core::ops::RangeInclusive;

use crate::lease::class::{self, Class, SMALLEST, largest_chunk};
use crate::site::Wanted;

/// Places for an arena that a thread has without a lock.
pub(crate) const PLACES: usize = 8;

/// The largest class with a place: places are for chunks of 512 B to 64 KiB.
pub(crate) const LARGEST_PLACE: Class = SMALLEST + PLACES as Class - 1;

/// Which arenas serve a scope.
#[derive(Clone, Debug)]
pub(crate) struct Fits {
    /// Of the thread's own places, by class: the first and the last that is looked at; none, if the
    /// last is before the first.
    pub(crate) place_start: Class,
    pub(crate) place_end: Class,
    /// The place where the last one was found; past the end, if none was.
    pub(crate) found: u8,
    /// By class.
    pub(crate) classes: RangeInclusive<Class>,
    /// By capacity, in bytes, since `initial` and `limit` are exact.
    pub(crate) capacities: Capacities,
    /// Room of a new arena's chunk, if there is none in the pool.
    pub(crate) fresh: usize,
}

/// A range of capacities, kept so that one comparison finds a capacity outside it on either side.
#[derive(Clone, Debug)]
pub(crate) struct Capacities {
    least: usize,
    span: usize,
}

impl Capacities {
    /// From `least` to `most`, both included; empty if `most` is less.
    pub(crate) fn new(least: usize, most: usize) -> Self {
        match most.checked_sub(least) {
            Some(span) => Self { least, span },
            // Nothing has this capacity.
            None => Self { least: usize::MAX, span: 0 },
        }
    }

    #[inline(always)]
    fn contain(&self, capacity: usize) -> bool {
        capacity.wrapping_sub(self.least) <= self.span
    }
}

impl Fits {
    /// Whether an arena of one of the classes serves.
    #[inline(always)]
    pub(crate) fn holds_capacity(&self, capacity: usize) -> bool {
        self.capacities.contain(capacity)
    }

    pub(crate) fn holds(&self, class: Class, capacity: usize) -> bool {
        self.classes.contains(&class) && self.holds_capacity(capacity)
    }
}

/// Which arenas serve a scope of a site with these classes.
///
/// They have room for `initial` bytes, and at most `limit` bytes of capacity, since `bumpalo` stops
/// enforcing a limit that the capacity exceeds. More than a quarter of the limit comes only from
/// `initial`: a pooled arena's whole capacity counts against the limit, used or not, and what a
/// scope is refused should not depend on what ran before it.
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
    // What is learned yields to the limit, and to `initial`, which is the site's own word.
    let room = if initial > 0 { initial } else { class::room(fresh).min(largest_chunk(most)) };
    let lowest = match (initial, room) {
        (0, 0) => 0,
        (0, _) => fresh.min(class::of_capacity(room)),
        (_, _) => class::of_capacity(initial),
    };
    let highest = if initial == 0 { keep } else { keep.max(class::of_chunk_for(initial)) };
    // What the limit keeps a scope from taking is not kept for it either.
    let highest = if most == usize::MAX { highest } else { highest.min(class::of_capacity(most)) };
    // A site with large arenas looks for them on the shelf first: it would only have to grow a
    // small one.
    Fits {
        place_start: lowest.max(SMALLEST),
        place_end: if highest <= LARGEST_PLACE { highest } else { 0 },
        found: u8::MAX,
        classes: lowest..=highest,
        capacities: Capacities::new(initial, most),
        fresh: room,
    }
}

/// The thread's places, for a site that looked on the shelf first.
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
