//! Forks and child scopes share the request's limit, and return their part when they end.

use request_arena::{Arena, Site, scope, scope_async};

use crate::held;
use crate::support::{figures, poll_at_most};

const LIMIT: usize = 256 << 10;

/// The least share of a child or a fork, if no other holds memory. The parent's own arena may come
/// from the pool, with a quarter of the limit.
const MOST: usize = LIMIT * 5 / 8;

/// Allocates until the arena refuses, and returns the number of bytes.
fn fill(arena: &Arena<'_>, piece: usize) -> usize {
    (0..).take_while(|_| arena.try_alloc_slice_fill_copy(piece, 0_u8).is_ok()).count() * piece
}

#[test]
fn many_forks_share_one_limit() {
    static SITE: Site = Site::new("many forks", module_path!(), file!(), line!()).with_limit(LIMIT);
    for _ in 0..3 {
        scope(&SITE, |arena| {
            let forks: Vec<Arena<'_>> =
                core::iter::from_fn(|| arena.try_fork().ok()).take(20_000).collect();
            let all: usize = forks.iter().map(|fork| fill(fork, 700)).sum();
            assert!(all < LIMIT);
            let reserved = arena.reserved() + forks.iter().map(Arena::reserved).sum::<usize>();
            assert!(reserved <= LIMIT + 48 * (20 + 10 * forks.len()));
            assert!(arena.try_alloc([0_u8; 700]).is_err());
        });
    }
    held(&SITE, 40_000);
}

#[test]
fn a_fork_can_use_the_rest_of_another() {
    static SITE: Site = Site::new("left over", module_path!(), file!(), line!()).with_limit(LIMIT);
    scope(&SITE, |arena| {
        let (small, large) = (arena.fork(), arena.fork());
        small.alloc([0_u8; 1000]);
        assert!(fill(&large, 1000) > MOST);
        assert!(small.try_alloc([0_u8; 60_000]).is_err());
    });
    held(&SITE, 30);
}

#[test]
fn forks_on_several_threads_share_one_limit() {
    static SITE: Site = Site::new("threads", module_path!(), file!(), line!()).with_limit(LIMIT);
    for _ in 0..20 {
        scope(&SITE, |arena| {
            let filled: usize = std::thread::scope(|threads| {
                // All forks first, since the workers leave no memory for the book-keeping of
                // another fork.
                let workers = [(); 4].map(|()| arena.fork()).map(|fork| {
                    threads.spawn(move || {
                        fill(&fork, 333) + fork.try_fork().map_or(0, |fork| fill(&fork, 77))
                    })
                });
                workers.into_iter().map(|worker| worker.join().unwrap()).sum()
            });
            assert!((LIMIT / 2..LIMIT).contains(&filled), "{filled}");
        });
    }
    held(&SITE, 200);
}

#[test]
fn the_memory_of_a_child_returns_to_the_limit_at_its_end() {
    static SITE: Site = Site::new("children", module_path!(), file!(), line!()).with_limit(LIMIT);
    static BEFORE: Site = Site::new("before children", module_path!(), file!(), line!());
    // The pool has an arena with nearly a quarter of the limit.
    scope(&BEFORE, |arena| _ = arena.alloc([0_u8; 60_000]));
    scope(&SITE, |arena| {
        for _ in 0..200 {
            arena.scope(|child| assert!(fill(&child, 1000) > MOST));
        }
        assert!(fill(&arena, 1000) > MOST);
        assert!(arena.scope(|child| child.try_alloc([0_u8; 50_000]).is_err()));
    });
    held(&SITE, 60);
    assert_eq!(figures(&SITE).outcomes.returned, 1);
}

#[test]
fn the_memory_of_a_panicked_child_returns_too() {
    static SITE: Site =
        Site::new("panicked children", module_path!(), file!(), line!()).with_limit(LIMIT);
    scope(&SITE, |arena| {
        for _ in 0..20 {
            let child = || arena.scope(|child| child.alloc_slice_fill_copy(LIMIT, 0_u8)[0]);
            assert!(std::panic::catch_unwind(core::panic::AssertUnwindSafe(child)).is_err());
            arena.scope(|child| assert!(fill(&child, 1000) > MOST));
        }
    });
    held(&SITE, 60);
}

#[test]
fn nested_children_and_their_forks_share_the_limit_and_give_it_back() {
    static SITE: Site = Site::new("nested", module_path!(), file!(), line!()).with_limit(LIMIT);
    scope(&SITE, |arena| {
        for _ in 0..20 {
            arena.alloc([0_u8; 100]);
            arena.scope(|child| {
                child.alloc([0_u8; 10_000]);
                let fork = child.fork();
                let in_grandchild = child.scope(|grandchild| fill(&grandchild, 500));
                assert!(in_grandchild > LIMIT / 4);
                let filled = child.scope(|grandchild| fill(&grandchild, 500) + fill(&fork, 500));
                assert!(filled > LIMIT / 4 && filled < LIMIT, "{filled} of {in_grandchild}");
                assert!(fill(&child, 500) > LIMIT / 8);
            });
        }
    });
    held(&SITE, 60);
}

#[test]
fn async_children_give_their_memory_back_also_when_dropped_half_way() {
    static SITE: Site =
        Site::new("async children", module_path!(), file!(), line!()).with_limit(LIMIT);
    let rounds = scope_async(&SITE, async |mut arena| {
        for round in 0..20 {
            let child = arena.scope_async(async |child| {
                assert!(fill(&child, 1000) > MOST);
                crate::support::pause().await;
                crate::support::pause().await;
            });
            assert_eq!(poll_at_most(child, round % 4).is_some(), round % 4 == 3);
        }
        20
    });
    assert_eq!(poll_at_most(rounds, 1), Some(20));
    held(&SITE, 60);
}

#[test]
fn memory_of_a_child_and_a_later_fork_is_never_reported_over_the_limit() {
    static SITE: Site =
        Site::new("one after the other", module_path!(), file!(), line!()).with_limit(LIMIT);
    scope(&SITE, |arena| {
        arena.scope(|child| fill(&child, 1000));
        fill(&arena.fork(), 1000);
    });
    held(&SITE, 40);
}

#[test]
fn code_that_lifts_the_limit_of_its_raw_bump_harms_itself_alone() {
    static SITE: Site = Site::new("lifted", module_path!(), file!(), line!()).with_limit(LIMIT);
    scope(&SITE, |arena| {
        arena.scope(|child| {
            let bump = child.bump();
            bump.set_allocation_limit(None);
            bump.alloc_slice_fill_copy(2 * LIMIT, 0_u8);
        });
        let fork = arena.fork();
        assert!(fill(&fork, 1000) <= LIMIT, "the rest of the request is limited as before");
        let error = fork.try_alloc_slice_fill_copy(2 * LIMIT, 0_u8).map(|_| ()).unwrap_err();
        assert!(error.reserved() <= LIMIT);
    });
    assert_eq!(figures(&SITE).outcomes.returned, 1);
}

#[test]
fn the_pools_content_hardly_changes_refusals() {
    static LARGE: Site = Site::new("fills the pool", module_path!(), file!(), line!());
    static SITE: Site = Site::new("after it", module_path!(), file!(), line!()).with_limit(1 << 20);
    std::thread::scope(|threads| {
        let alone = threads.spawn(|| {
            scope(&LARGE, |arena| {
                let fork = arena.fork();
                (
                    arena.alloc_slice_fill_copy(950_000, 0_u8).len(),
                    fork.alloc_slice_fill_copy(950_000, 0_u8).len(),
                )
            });
            scope(&SITE, |arena| {
                arena.alloc(1_u8);
                let fork = arena.fork();
                fork.try_alloc_slice_fill_copy(500_000, 0_u8).map(|bytes| bytes.len())
            })
        });
        assert_eq!(alone.join().unwrap(), Ok(500_000));
    });
}

#[test]
fn reserved_is_the_size_of_all_chunks_with_and_without_a_limit() {
    static FREE: Site = Site::new("free", module_path!(), file!(), line!());
    static LIMITED: Site =
        Site::new("limited", module_path!(), file!(), line!()).with_limit(10 << 20);
    for site in [&FREE, &LIMITED] {
        // The forks of the first round are new. Those of later rounds come from the pool.
        let mut all = 0;
        for _ in 0..3 {
            let held = scope(site, |arena| {
                let forks: Vec<Arena<'_>> = (0..20).map(|_| arena.fork()).collect();
                forks.iter().for_each(|fork| assert_eq!(*fork.alloc(7_u8), 7));
                arena.reserved() + forks.iter().map(Arena::reserved).sum::<usize>()
            });
            all += held as u64;
            assert_eq!(figures(site).reserved.sum, all, "{}", site.name());
        }
    }
}

#[test]
fn a_peak_is_never_more_than_was_reserved() {
    static SITE: Site =
        Site::new("two forks", module_path!(), file!(), line!()).with_limit(1 << 20);
    scope(&SITE, |arena| {
        for fork in [arena.fork(), arena.fork()] {
            fork.scope(|child| child.alloc_slice_fill_copy(600 << 10, 0_u8).len());
        }
    });
    let site = figures(&SITE);
    assert!(site.peak_used.max >= 600 << 10 && site.peak_used.max <= site.reserved.max, "{site:?}");
    assert!(site.reserved.max <= (1 << 20) + 10 * 48);
}

#[test]
fn a_limit_of_all_there_is_does_not_overflow() {
    static SITE: Site =
        Site::new("all there is", module_path!(), file!(), line!()).with_limit(usize::MAX - 1);
    scope(&SITE, |arena| {
        for _ in 0..70 {
            // Each gets half of the rest, so the last ones get nothing.
            let Ok(fork) = arena.try_fork() else { break };
            let _ = fork.bump().try_alloc(1_u8);
        }
    });
    assert_eq!(figures(&SITE).outcomes.returned, 1);
}
