//! `used`, `peak_used` and `reserved`: the bytes in use, their peak, and the bytes of the chunks.

use request_arena::collections::Vec;
use request_arena::{Exactness, Site, scope};

use crate::support::figures;

#[test]
fn an_empty_arena_uses_nothing() {
    static SITE: Site = Site::new("empty", module_path!(), file!(), line!());
    std::thread::spawn(|| {
        scope(&SITE, |arena| assert_eq!((arena.used(), arena.peak_used()), (0, 0)));
    })
    .join()
    .unwrap();
    let site = figures(&SITE);
    assert_eq!((site.used.max, site.peak_used.max, site.outcomes.returned), (0, 0, 1));
}

#[test]
fn used_counts_allocations_with_their_padding() {
    static SITE: Site = Site::new("used", module_path!(), file!(), line!());
    scope(&SITE, |arena| {
        arena.alloc_slice_fill_copy(100, 0_u8);
        assert_eq!(arena.used(), 100);
        arena.alloc(0_u64);
        assert!((108..116).contains(&arena.used()), "{}", arena.used());
        arena.alloc_slice_fill_copy(10_000, 0_u8);
        assert!((10_108..10_200).contains(&arena.used()), "{}", arena.used());
        assert_eq!(arena.peak_used(), arena.used());
    });
}

#[test]
fn a_dropped_vec_counts_in_the_peak_and_not_in_used() {
    static SITE: Site = Site::new("dropped vec", module_path!(), file!(), line!());
    scope(&SITE, |arena| {
        let list: Vec<'_, u8> = Vec::with_capacity_in(1 << 20, &arena);
        assert_eq!(arena.used(), 1 << 20);
        drop(list);
        assert_eq!((arena.used(), arena.peak_used()), (0, 1 << 20));
        arena.alloc(1_u8);
    });
    let site = figures(&SITE);
    assert_eq!(
        (site.used.max, site.peak_used.max, site.peak_exactness),
        (1, 1 << 20, Exactness::Exact)
    );
    assert!(site.reserved.max > 1 << 20);
}

#[test]
fn the_peak_is_that_of_an_independent_count() {
    static SITE: Site =
        Site::new("counted", module_path!(), file!(), line!()).with_initial(1 << 20);
    scope(&SITE, |arena| {
        let (mut used, mut peak, mut random) = (0, 0, 12_345_u64);
        let mut stack: std::vec::Vec<Vec<'_, u8>> = std::vec::Vec::new();
        for _ in 0..2000 {
            random = random
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            let size = usize::try_from(random >> 40).unwrap() % 2000;
            match (random >> 33) % 8 {
                0..3 if stack.len() < 200 => {
                    stack.push(Vec::with_capacity_in(size, &arena));
                    used += size;
                }
                3..5 => used -= stack.pop().map_or(0, |list| list.capacity()),
                5 => {
                    // To less than half: `bumpalo` shrinks a block in place only if it is worth the
                    // copy.
                    let Some(list) = stack.last_mut() else { continue };
                    used -= list.capacity();
                    list.shrink_to(list.capacity() / 4);
                    used += list.capacity();
                }
                _ => {
                    let Some(list) = stack.last_mut() else { continue };
                    if used + size < 1 << 19 {
                        used -= list.capacity();
                        list.reserve_exact(size);
                        used += list.capacity();
                    }
                }
            }
            peak = peak.max(used);
            assert_eq!((arena.used(), arena.peak_used()), (used, peak));
        }
        assert!(peak > used && peak > 10_000);
    });
}

#[test]
fn reserved_is_the_chunks_with_their_book_keeping() {
    static SITE: Site =
        Site::new("reserved", module_path!(), file!(), line!()).with_initial(10_000);
    scope(&SITE, |arena| {
        let first = arena.reserved();
        assert!((10_048..20_000).contains(&first), "{first}");
        arena.alloc_slice_fill_copy(100_000, 0_u8);
        assert!(arena.reserved() >= first + 100_048);
    });
    let site = figures(&SITE);
    assert_eq!((site.chunks, site.initial_bytes), (2, 10_000));
    assert!(site.reserved.max >= 110_096);
}

#[test]
fn a_forks_use_is_its_own_until_the_request_ends() {
    static SITE: Site = Site::new("forks", module_path!(), file!(), line!());
    scope(&SITE, |arena| {
        let fork = arena.fork();
        let own = arena.used();
        assert!(own <= 200, "the book-keeping of a fork takes {own} bytes");
        fork.alloc_slice_fill_copy(5000, 1_u8);
        assert_eq!((fork.used(), arena.used()), (5000, own));
    });
    let used = figures(&SITE).used.max;
    assert!((5000..5200).contains(&used), "{used}");
}

#[test]
fn a_child_scope_counts_in_the_peak_and_not_in_used() {
    static SITE: Site = Site::new("children", module_path!(), file!(), line!());
    scope(&SITE, |arena| {
        arena.alloc_slice_fill_copy(100, 0_u8);
        for _ in 0..3 {
            arena.scope(|child| {
                child.alloc_slice_fill_copy(4000, 0_u8);
                assert_eq!(child.used(), 4000);
            });
        }
        assert_eq!((arena.used(), arena.peak_used()), (100, 4100));
    });
    let site = figures(&SITE);
    assert_eq!((site.used.max, site.peak_used.max, site.resets), (100, 4100, 1));
}

#[test]
fn the_sum_and_the_highest_of_all_scopes_differ() {
    static SITE: Site = Site::new("sum and highest", module_path!(), file!(), line!());
    for bytes in [10, 5000, 20] {
        scope(&SITE, |arena| arena.alloc_slice_fill_copy(bytes, 0_u8).len());
    }
    let site = figures(&SITE);
    assert_eq!((site.used.sum, site.used.max, site.used.count()), (5030, 5000, 3));
    assert_eq!((site.peak_used, site.resets), (site.used, 3));
    assert!(site.reserved.max >= 5000);
}

#[test]
fn the_peak_of_forks_that_hold_children_one_after_the_other_says_that_it_may_be_less() {
    static SITE: Site = Site::new("one after the other", module_path!(), file!(), line!());
    scope(&SITE, |arena| {
        for fork in [arena.fork(), arena.fork(), arena.fork()] {
            fork.scope(|child| child.alloc_slice_fill_copy(100_000, 0_u8).len());
        }
    });
    let site = figures(&SITE);
    assert!(site.peak_used.max >= 100_000);
    assert_eq!(site.peak_exactness, Exactness::AtMost);
}

#[test]
fn child_scopes_that_are_open_together_count_together() {
    static SITE: Site = Site::new("open together", module_path!(), file!(), line!());
    scope(&SITE, |arena| {
        arena.scope(|older| {
            older.alloc_slice_fill_copy(1_000_000, 0_u8);
            arena.scope(|younger| younger.alloc_slice_fill_copy(1_000_000, 0_u8).len());
        });
        assert!(arena.peak_used() >= 2_000_000);
    });
    let site = figures(&SITE);
    assert!((2_000_000..2_000_200).contains(&site.peak_used.max), "{:?}", site.peak_used);
    assert!(site.reserved.max >= 2_000_096, "{:?}", site.reserved);
    assert_eq!(site.peak_exactness, Exactness::AtMost);
}

#[test]
fn memory_freed_while_a_child_scope_is_open_counts_beside_it() {
    static SITE: Site = Site::new("beside it", module_path!(), file!(), line!());
    scope(&SITE, |arena| {
        let list: Vec<'_, u8> = Vec::with_capacity_in(1_000_000, &arena);
        arena.scope(|child| {
            child.alloc_slice_fill_copy(1_000_000, 0_u8);
            drop(list);
        });
    });
    assert!(figures(&SITE).peak_used.max >= 2_000_000, "{:?}", figures(&SITE).peak_used);
}

#[test]
fn scratch_of_one_child_scope_after_the_other_is_exact() {
    static SITE: Site = Site::new("one after the other", module_path!(), file!(), line!());
    scope(&SITE, |arena| {
        arena.alloc([0_u8; 100]);
        for bytes in [1000, 5000, 2000] {
            arena.scope(|scratch| {
                drop(Vec::<u8>::with_capacity_in(bytes, &scratch));
                scratch.alloc(1_u8);
            });
        }
    });
    let site = figures(&SITE);
    assert_eq!(
        (site.peak_used.max, site.used.max, site.peak_exactness),
        (5100, 100, Exactness::Exact)
    );
}
