//! Size classes: the pool sorts arenas by the power of two that their chunk fills, since chunks are
//! made to fill one.

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

#[cfg(test)]
mod tests {
    use super::*;
    use bumpalo::Bump;

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
