//! Size classes: the pool sorts arenas by the power of two that their chunk fills. Chunks of a
//! learned size fill one exactly.

/// The binary logarithm of a chunk's size, with all overhead. 0 means no chunk.
pub(crate) type Class = u8;

/// Overhead of a chunk: `bumpalo`'s footer, and the room that `bumpalo` leaves for the allocator's
/// header.
const OVERHEAD: usize = 64;

/// The class of the smallest chunk, 512 bytes. [`LARGEST`] is the largest class, 2 GiB: larger
/// chunks share it.
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

/// The class of an arena with this capacity. A chunk below 512 bytes, as a tiny limit causes,
/// counts as the smallest class.
#[inline(always)]
pub(crate) fn of_capacity(bytes: usize) -> Class {
    ((bytes | 1).wrapping_add(OVERHEAD).ilog2() as Class).max(SMALLEST)
}

/// The capacity of the chunk that `bumpalo` allocates for `bytes` of room.
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

/// The class of the chunk that `bumpalo` allocates for `bytes` of room.
pub(crate) fn of_chunk_for(bytes: usize) -> Class {
    of_capacity(capacity_for(bytes))
}

/// Bytes that fit in a chunk of this class.
pub(crate) fn room(class: Class) -> usize {
    if class == 0 { 0 } else { (1 << class) - OVERHEAD }
}

/// The largest capacity of one chunk under a limit. `bumpalo` rounds a chunk and its footer up to a
/// power of two, and from one page on to whole pages.
pub(crate) fn largest_chunk(limit: usize) -> usize {
    const PAGE: usize = 4096;
    let whole = limit.saturating_add(OVERHEAD);
    let rounded =
        if whole < PAGE { (whole + 1).next_power_of_two() / 2 } else { whole / PAGE * PAGE };
    // A chunk has a capacity of at least 448 bytes.
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
