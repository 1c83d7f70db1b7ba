//! Size classes: the pool sorts arenas by the power of two that their chunk fills, since chunks are
//! made to fill one.

use core::ops::RangeInclusive;

/// The binary logarithm of a chunk's size, with all book-keeping; 0 is no chunk.
pub(crate) type Class = u8;

/// `bumpalo`'s book-keeping in a chunk, and what it leaves for the allocator's.
const OVERHEAD: usize = 64;

/// The smallest chunk there is has 512 bytes, the largest that is told apart 2 GiB.
pub(crate) const SMALLEST: Class = 9;
pub(crate) const LARGEST: Class = 31;

/// The class of the smallest chunk in which `bytes` have room.
#[inline]
pub(crate) fn with_room(bytes: usize) -> Class {
    if bytes == 0 {
        return 0;
    }
    let whole = bytes.saturating_add(OVERHEAD - 1);
    ((usize::BITS - whole.leading_zeros()) as Class).clamp(SMALLEST, LARGEST)
}

/// The class of an arena with this capacity, a tiny one under a tiny limit with the smallest.
#[inline(always)]
pub(crate) fn of_capacity(bytes: usize) -> Class {
    ((bytes | 1).wrapping_add(OVERHEAD).ilog2() as Class).max(SMALLEST)
}

/// The capacity of the chunk that `bumpalo` makes for `bytes` of room.
pub(crate) fn capacity_for(bytes: usize) -> usize {
    const PAGE: usize = 4096;
    let whole = bytes.saturating_add(OVERHEAD);
    let rounded = if whole < PAGE {
        whole.next_power_of_two()
    } else {
        whole.checked_next_multiple_of(PAGE).unwrap_or(whole)
    };
    rounded.max(1 << SMALLEST) - OVERHEAD
}

/// The class of that chunk.
pub(crate) fn of_chunk_for(bytes: usize) -> Class {
    of_capacity(capacity_for(bytes))
}

/// Bytes that fit a chunk of this class.
pub(crate) fn room(class: Class) -> usize {
    if class == 0 { 0 } else { (1 << class) - OVERHEAD }
}

/// The most that one chunk can hold under a limit: `bumpalo` rounds its chunks, with its
/// book-keeping, up to a power of two, or from a page on up to whole pages.
pub(crate) fn largest_chunk(limit: usize) -> usize {
    const PAGE: usize = 4096;
    let whole = limit.saturating_add(OVERHEAD);
    let rounded =
        if whole < PAGE { (whole + 1).next_power_of_two() / 2 } else { whole / PAGE * PAGE };
    // The smallest chunk has 448 bytes.
    if rounded < 512 { 0 } else { rounded - OVERHEAD }
}

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

#[cfg(test)]
mod tests {
    use super::*;
    use bumpalo::Bump;

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

    #[test]
    fn a_chunk_made_for_a_class_is_of_that_class_and_holds_what_belongs_there() {
        for class in SMALLEST..=22 {
            let bump = Bump::with_capacity(room(class));
            assert_eq!(of_capacity(bump.allocated_bytes()), class);
            assert_eq!(bump.allocated_bytes(), room(class), "no byte more than asked for");
            assert_eq!((with_room(room(class)), with_room(room(class) + 1)), (class, class + 1));
        }
        assert_eq!((with_room(0), with_room(1), room(0)), (0, SMALLEST, 0));
    }
}
