//! Near a limit, a growing collection moves only a small multiple of its bytes, and as much fits as
//! before blocks kept room ahead.

use core::cell::Cell;
use core::fmt;

use crate::arena::allocator::moved;
use crate::arena::handle::Arena;
use crate::collections::fallible::Vec as FallibleVec;
use crate::error::ArenaError;
use crate::site::Site;
use crate::thread::arenas::tests::on_an_empty_pool;
use crate::{format, scope, try_format};

/// A leaked site with this limit. A test makes few of them.
fn site_with(limit: usize) -> &'static Site {
    Box::leak(Box::new(Site::new("growth", module_path!(), file!(), line!()).with_limit(limit)))
}

/// A `Display` value that writes this many pieces.
struct Pieces(usize);

impl fmt::Display for Pieces {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (0..self.0).try_for_each(|_| f.write_str("0123456789"))
    }
}

/// An iterator that does not know its length.
fn numbers(count: u64) -> impl Iterator<Item = u64> {
    (0..count).filter(|number| *number < u64::MAX)
}

/// Bytes that a request takes before the work under test.
const BEFORE: [usize; 2] = [0, 60_000];

/// Limits around powers of two, at which the last doubling is refused early or late.
const LIMITS: [usize; 4] = [100_000, 131_072, 200_000, 400_000];

/// The largest number below `end` for which `fits` holds.
fn most(end: usize, fits: impl Fn(usize) -> bool) -> usize {
    let (mut low, mut high) = (0, end);
    while high - low > 1 {
        let middle = low.midpoint(high);
        if fits(middle) { low = middle } else { high = middle }
    }
    low
}

/// Runs `work` at each limit after each start, with the most elements that fit, and with more. Each
/// run must move at most eight times the bytes of the limit.
fn moves_little(bytes: usize, work: impl Fn(&Arena<'_>, usize) -> Result<(), ArenaError> + Send) {
    on_an_empty_pool(|| move_little(bytes, work));
}

fn move_little(bytes: usize, work: impl Fn(&Arena<'_>, usize) -> Result<(), ArenaError>) {
    for limit in LIMITS {
        let site = site_with(limit);
        for before in BEFORE {
            let run = |count: usize| {
                scope(site, |arena| {
                    arena.try_alloc_slice_fill_copy(before, 0_u8)?;
                    moved::take();
                    let result = work(&arena, count);
                    let (moved, peak) =
                        (moved::take(), arena.used().max(bytes * count.min(limit / bytes)));
                    assert!(
                        moved <= 8 * peak,
                        "{moved} bytes moved for {count} of {bytes} bytes, {limit} {before}"
                    );
                    result
                })
            };
            let fits = most(limit / bytes + 1, |count| run(count).is_ok());
            assert!(
                fits * bytes >= (limit - before) / 9,
                "only {fits} of {bytes} bytes fit {limit} after {before}"
            );
            assert!(run(limit / bytes + 1).is_err());
        }
    }
}

#[test]
fn slices_from_iterators() {
    moves_little(8, |arena, count| arena.try_alloc_from_iter(numbers(count as u64)).map(|_| ()));
}

#[test]
fn formatted_text() {
    moves_little(10, |arena, count| {
        let pieces = Pieces(count);
        try_format!(in arena, "{pieces}").map(|_| ())
    });
}

#[test]
fn slices_while_the_iterator_allocates_too() {
    moves_little(24, |arena, count| {
        let failed = Cell::new(None);
        let pairs = numbers(count as u64).map_while(|number| match arena.try_alloc(number) {
            Ok(value) => Some((&*value, number)),
            Err(error) => {
                failed.set(Some(error));
                None
            }
        });
        let pairs = arena.try_alloc_from_iter(pairs)?;
        assert!(
            pairs
                .iter()
                .zip(0_u64..)
                .all(|((value, number), index)| (**value, *number) == (index, index))
        );
        failed.take().map_or(Ok(()), Err)
    });
}

#[test]
fn slices_beside_a_raw_bump_and_a_fork() {
    moves_little(8, |arena, count| {
        _ = arena.bump();
        arena.try_alloc_from_iter(numbers(count as u64)).map(|_| ())
    });
    moves_little(8, |arena, count| {
        _ = arena.try_fork()?;
        arena.try_alloc_from_iter(numbers(count as u64)).map(|_| ())
    });
}

#[test]
fn a_callers_own_growth_by_one_after_a_refusal() {
    moves_little(8, |arena, count| {
        let mut list = FallibleVec::new_in(arena.fallible());
        for number in 0..count as u64 {
            if list.len() == list.capacity()
                && list.try_reserve(1).is_err()
                && list.try_reserve_exact(1).is_err()
            {
                return Err(arena.try_alloc_slice_uninit::<u8>(2 << 20).unwrap_err());
            }
            list.push(number);
        }
        assert!(list.iter().copied().eq(0..count as u64));
        Ok(())
    });
}

/// The figures are the most that fitted before blocks kept room ahead. At that time a collection
/// doubled and then grew by one element a time, on a fresh arena.
#[test]
fn as_much_fits_as_one_element_at_a_time_did() {
    for (limit, elements, pieces) in FITTED {
        let site = site_with(limit);
        let fit = |count| {
            on_an_empty_pool(|| scope(site, |a| a.try_alloc_from_iter(numbers(count)).is_ok()))
        };
        assert!(fit(elements), "{elements} elements below {limit}");
        let fit = |count| {
            let pieces = Pieces(count);
            on_an_empty_pool(|| scope(site, |arena| try_format!(in arena, "{pieces}").is_ok()))
        };
        assert!(fit(pieces), "{pieces} pieces below {limit}");
    }
}

/// Limits, each with the most elements of 8 bytes and the most pieces of 10 bytes.
const FITTED: [(usize, u64, usize); 4] =
    [(100_000, 4088, 3270), (131_072, 8184, 6547), (150_000, 8184, 6547), (65_536, 4088, 3270)];

#[test]
fn what_a_slice_kept_ahead_is_not_in_use_after_it() {
    on_an_empty_pool(|| {
        scope(site_with(200_000), |arena| {
            let before = arena.used();
            // The arena refuses the doubling to 131,072 bytes.
            let count = most(20_000, |count| {
                arena.scope(|child| child.try_alloc_from_iter(numbers(count as u64)).is_ok())
            });
            let slice = arena.try_alloc_from_iter(numbers(count as u64 * 3 / 4)).unwrap();
            let bytes = size_of_val(slice);
            assert!(slice.iter().copied().eq(0..count as u64 * 3 / 4));
            assert!(
                arena.used() - before <= 3 * bytes,
                "{} bytes in use for {bytes}",
                arena.used()
            );
            let rest = arena.reserved() - arena.used();
            assert!(
                arena.try_alloc_slice_fill_copy(rest - 48, 0_u8).is_ok(),
                "what is free is there to be used"
            );
        });
    });
}

#[test]
fn the_room_is_there_for_others_while_a_slice_grows_into_it() {
    on_an_empty_pool(|| {
        // Room for 8184 elements of 8 bytes. The arena refuses the doubling after 4096.
        let site = site_with(150_000);
        scope(site, |arena| {
            let list = arena.try_alloc_from_iter((0_u32..).map_while(|number| {
                // The memory of freed allocations is used again.
                let mut scratch = FallibleVec::new_in(arena.fallible());
                for _ in 0..10 {
                    scratch.try_reserve(1).ok()?;
                    scratch.push(number);
                }
                (number < 8000).then_some(u64::from(scratch[9]))
            }));
            assert!(list.is_ok_and(|list| list.iter().copied().eq(0..8000)));
        });
        scope(site, |arena| {
            let mut texts = 0;
            let list = arena.try_alloc_from_iter(numbers(8000).inspect(|number| {
                texts += usize::from(
                    number % 128 == 127 && *number > 4096 && arena.try_alloc_str("text").is_ok(),
                );
            }));
            assert_eq!((list.map(|list| list.len()).ok(), texts), (Some(8000), 30));
        });
        scope(site, |arena| assert_eq!(&*format!(in arena, "{}", 1), "1"));
    });
}

/// An empty boxed slice has the start address of the block above it. That block has room ahead.
#[test]
fn a_block_without_bytes_takes_nothing_from_the_block_at_its_address() {
    const COUNT: u64 = 6000;
    on_an_empty_pool(|| {
        scope(site_with(150_000), |arena| {
            // Beside a raw `&Bump`, a block leaves a part of its chunk to other allocations.
            _ = arena.bump();
            let mut list = FallibleVec::new_in(arena.fallible());
            for number in 0..COUNT {
                if list.len() == list.capacity() && list.try_reserve(1).is_err() {
                    list.try_reserve_exact(1).expect("there is room for one");
                }
                list.push(number);
            }
            let is_beside = |size| {
                let empty =
                    FallibleVec::<u8>::with_capacity_in(size, arena.fallible()).into_boxed_slice();
                empty.as_ptr().addr() == list.as_ptr().addr()
            };
            assert!((1..8).any(is_beside), "the case is not met");
            arena.try_alloc_slice_fill_copy(64, 0xEE_u8).expect("there is room for more");
            assert!(list.iter().copied().eq(0..COUNT), "others got the list's memory");
        });
    });
}
