//! Further chunks of a `Bump`, within a limit and the budget.
//!
//! `bumpalo` decides how large a chunk is: twice the newest one, or a half, a quarter of this if
//! the limit or the global allocator refuses it. The budget must know the size before the chunk
//! exists. So [`sizes`] computes what `bumpalo` will try, and the tests compare the two.

use core::alloc::Layout;
use core::ptr::NonNull;

use bumpalo::Bump;

use super::CHUNK_FOOTER;
use crate::budget::charge::Charge;
use crate::error::RefusedBy;

/// Capacity of `bumpalo`'s usual first chunk.
const DEFAULT: usize = 448;
const PAGE: usize = 4096;
/// The footer, and the room that `bumpalo` leaves for the allocator's header.
const OVERHEAD: usize = 64;
const ALIGN: usize = 16;

/// The capacity of the chunk that `bumpalo` allocates if it plans for `base` bytes.
fn capacity(base: usize, layout: Layout) -> Option<usize> {
    let requested = layout.size().checked_next_multiple_of(layout.align().max(ALIGN))?;
    let room = base.max(requested);
    let whole = room.checked_add(OVERHEAD)?;
    let rounded = if room < PAGE {
        whole.checked_next_power_of_two()
    } else {
        whole.checked_next_multiple_of(PAGE)
    };
    Some(rounded? - OVERHEAD)
}

/// The capacities that `bumpalo` tries for a further chunk, largest first. `newest` is that of its
/// newest chunk, and `limit` its limit.
fn sizes(
    bump: &Bump,
    newest: usize,
    layout: Layout,
    limit: Option<usize>,
) -> impl Iterator<Item = usize> {
    let least = layout.size().max(DEFAULT);
    // `bumpalo` makes a chunk that is smaller than usual only for an arena with such a limit.
    let is_tiny = bump.allocated_bytes() == 0
        && limit.is_some_and(|limit| layout.size() < limit && limit < DEFAULT);
    let least = if is_tiny { layout.size().max(1) } else { least };
    let first = newest.checked_mul(2).map(|twice| twice.max(layout.size().max(DEFAULT)));
    core::iter::successors(first, |base| Some(base / 2))
        .take_while(move |base| *base >= least)
        .filter_map(move |base| capacity(base, layout))
}

/// Allocates `layout` in a further chunk. The chunk is within `limit`, which counts all chunks of
/// the `Bump`, and `charge` has reserved it.
///
/// The limit of the `Bump` and the charge may be too high afterwards. The caller sets both.
pub(crate) fn add(
    bump: &Bump,
    newest: usize,
    charge: &Charge,
    layout: Layout,
    limit: Option<usize>,
) -> Result<NonNull<u8>, RefusedBy> {
    let held = bump.allocated_bytes();
    let rest = limit.map_or(usize::MAX, |limit| limit.saturating_sub(held));
    let with = |size: usize| {
        bump.allocated_bytes_including_metadata().saturating_add(size).saturating_add(CHUNK_FOOTER)
    };
    let fitting = || sizes(bump, newest, layout, limit).filter(|size| *size <= rest);
    let Some(largest) = fitting().next() else {
        return Err(limit.map_or(RefusedBy::Allocator, |_| RefusedBy::Limit));
    };
    let reserved = fitting().find(|size| charge.raise(with(*size))).or_else(|| {
        // The pool gives up its memory only if the request fails otherwise.
        fitting().last().filter(|size| charge.raise_or_reclaim(with(*size)))
    });
    let reserved = reserved.ok_or_else(RefusedBy::of_failed_reservation)?;
    let is_largest = reserved == largest;
    bump.set_allocation_limit(if is_largest { limit } else { Some(held + reserved) });
    let by = if is_largest { RefusedBy::Allocator } else { RefusedBy::Budget };
    bump.try_alloc_layout(layout).map_err(|_| by)
}

/// The bytes with which chunks for `room` bytes are reserved. Each chunk has a footer, and at least
/// the usual size. Only the first one can be smaller.
pub(crate) fn with_footers(room: usize) -> usize {
    room.saturating_add((room / DEFAULT + 1).saturating_mul(CHUNK_FOOTER))
}

/// The room of chunks for which `bytes` are reserved.
pub(crate) fn without_footers(bytes: usize) -> usize {
    // A 28th of 16 bytes for 448 of room: 28 / 31 of the rest.
    bytes.saturating_sub(CHUNK_FOOTER) / 31 * 28
}

#[cfg(test)]
mod tests {
    use super::*;

    fn newest(bump: &Bump) -> usize {
        // SAFETY: rule 6 (handle.rs): this code reads only the length.
        let used = unsafe { bump.iter_allocated_chunks_raw() }.next().map_or(0, |(_, used)| used);
        used + bump.chunk_capacity()
    }

    /// Sizes around each place where `bumpalo` rounds, and limits around them.
    fn interesting() -> Vec<usize> {
        let around = |size: usize| (size.saturating_sub(65)..size + 66).step_by(13);
        let powers = (4..17).map(|power| 1_usize << power);
        let pages = [3, 5, 7, 100].map(|pages| pages * PAGE);
        powers.chain(pages).flat_map(around).collect()
    }

    #[test]
    fn the_first_size_within_the_limit_is_the_one_that_bumpalo_takes() {
        let limits: [Option<usize>; 7] =
            [None, Some(100), Some(300), Some(447), Some(448), Some(5000), Some(100_000)];
        let mut compared = 0;
        for limit in limits {
            for size in interesting() {
                for align in [1, 16, 64] {
                    let layout = Layout::from_size_align(size, align).expect("a layout");
                    let bump = Bump::new();
                    for _ in 0..3 {
                        let held = bump.allocated_bytes();
                        let rest = limit.map_or(usize::MAX, |limit| limit.saturating_sub(held));
                        let computed =
                            sizes(&bump, newest(&bump), layout, limit).find(|size| *size <= rest);
                        let free = bump.chunk_capacity();
                        bump.set_allocation_limit(limit);
                        let is_served = bump.try_alloc_layout(layout).is_ok();
                        let taken = bump.allocated_bytes() - held;
                        if taken > 0 || !is_served {
                            assert_eq!(
                                (computed.unwrap_or(0), computed.is_some()),
                                (taken, is_served),
                                "{layout:?} with {free} free of {held}, limit {limit:?}"
                            );
                            compared += 1;
                        }
                    }
                }
            }
        }
        assert!(compared > 5000, "{compared}");
    }

    #[test]
    fn what_is_reserved_for_room_covers_any_chunks_in_it() {
        for bytes in [0, 47, 48, 79, 500, 1000, 4096, 100_003, 1 << 20, 1 << 40] {
            let room = without_footers(bytes);
            assert!(room == 0 || with_footers(room) <= bytes, "{bytes}");
            assert!(bytes < 100_000 || room > bytes / 10 * 9, "{room} of {bytes}");
        }
        // As many chunks as fit, each as small as `bumpalo` makes them.
        let bytes = 100_000;
        let bump = Bump::new();
        bump.set_allocation_limit(Some(without_footers(bytes)));
        while bump.try_alloc_layout(Layout::new::<[u8; 8]>()).is_ok() {}
        assert!(bump.allocated_bytes_including_metadata() <= bytes);
    }
}
