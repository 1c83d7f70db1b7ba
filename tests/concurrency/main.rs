//! Many threads at once: totals are exact, the pool is bounded, and a steady state allocates no
//! chunk.

#[path = "../support/mod.rs"]
mod support;

use std::sync::{Barrier, mpsc};

use request_arena::{
    Exactness, RequestScope, Site, SiteReport, report, scope, scope_async, try_scope,
};
use support::{
    alone, alone_on_a_fresh_thread, figures, on_a_fresh_thread, panic_of, pause, poll_at_most,
};

// The bounds in the documentation of the pool: a thread's shelf and its places.
const THREAD_ARENAS: usize = 32 + 8;
const SHARED_ARENAS: usize = 256;
const SHARED_BYTES: usize = 64 << 20;
const THREAD_BYTES: usize = 8 << 20;

const THREADS: usize = 8;
const ROUNDS: usize = 500;

#[test]
fn the_totals_of_many_threads_are_exact() {
    static SITE: Site = Site::new("totals", module_path!(), file!(), line!());
    let _alone = alone();
    let together = Barrier::new(THREADS);
    std::thread::scope(|threads| {
        for thread in 0..THREADS {
            let together = &together;
            threads.spawn(move || {
                together.wait();
                for round in 0..ROUNDS {
                    let bytes = 100 + (thread * ROUNDS + round) % 1000;
                    let result = try_scope(&SITE, |arena| {
                        let slice = arena.alloc_slice_fill_copy(bytes, 7_u8);
                        if round % 5 == 0 { Err(slice.len()) } else { Ok(slice.len()) }
                    });
                    assert_eq!(result.unwrap_or_else(|bytes| bytes), bytes);
                    let future = scope_async(&SITE, async |arena| {
                        arena.alloc(1);
                        pause().await;
                    });
                    poll_at_most(future, 1 + round % 2);
                }
                panic_of(|| scope(&SITE, |arena| -> () { panic!("{}", arena.alloc(thread)) }));
            });
        }
    });
    let (site, all) = (figures(&SITE), (THREADS * ROUNDS) as u64);
    assert_eq!((site.outcomes.error, site.outcomes.returned), (all / 5, all * 4 / 5 + all / 2));
    assert_eq!((site.outcomes.cancelled, site.outcomes.panicked), (all / 2, THREADS as u64));
    assert_eq!((site.resets, site.live_scopes), (2 * all + THREADS as u64, 0));
    assert_eq!(
        (site.used.max, site.peak_used.max, site.peak_exactness),
        (1099, 1099, Exactness::Exact)
    );
}

#[test]
fn a_reading_is_consistent_while_scopes_run() {
    static SITE: Site = Site::new("read meanwhile", module_path!(), file!(), line!());
    let _alone = alone();
    scope(&SITE, |arena| arena.alloc_slice_fill_copy(100, 0_u8).len());
    std::thread::scope(|threads| {
        let workers: Vec<_> = (1..4)
            .map(|thread| {
                threads.spawn(move || {
                    for _ in 0..2000 {
                        scope(&SITE, |arena| arena.alloc_slice_fill_copy(thread * 100, 0_u8).len());
                    }
                })
            })
            .collect();
        let mut before = figures(&SITE);
        while !workers.iter().all(std::thread::ScopedJoinHandle::is_finished) {
            let site = figures(&SITE);
            assert_eq!(site.resets, site.outcomes.total());
            assert!(site.resets >= before.resets && site.live_scopes <= 3, "{site:?}");
            // Every figure is exact at the time of its reading, and never falls.
            let counts = |site: &SiteReport| {
                [site.used.count(), site.peak_used.count(), site.reserved.count()]
            };
            assert!(
                counts(&site).iter().zip(counts(&before)).all(|(now, before)| *now >= before),
                "{site:?}"
            );
            assert!(
                site.used.count() + 3 >= site.resets,
                "each of three threads may be about to count: {site:?}"
            );
            assert!(site.used.sum % 100 == 0 && site.used.max <= 300, "{site:?}");
            before = site;
        }
    });
    assert_eq!(figures(&SITE).used.sum, 100 + 2000 * 600);
    assert_eq!((figures(&SITE).resets, figures(&SITE).live_scopes), (6001, 0));
}

#[test]
fn arenas_that_overflow_between_threads_stay_bounded_and_are_used_again() {
    static SITE: Site = Site::new("producer", module_path!(), file!(), line!());
    let _alone = alone();
    let discarded = report().pool.discarded.pool_full;
    let (sender, receiver) = mpsc::sync_channel::<RequestScope>(16);
    let made = std::thread::scope(|threads| {
        threads.spawn(move || {
            for _ in 0..3000 {
                let mut owner = RequestScope::enter(&SITE);
                owner.arena().alloc_slice_fill_copy(1000, 1_u8);
                sender.send(owner).unwrap();
            }
        });
        let consumer = threads.spawn(move || {
            for owner in receiver {
                drop(owner);
                let pool = report().pool;
                assert!(pool.retained_arenas <= THREAD_ARENAS + SHARED_ARENAS + 16, "{pool:?}");
            }
            report().pool
        });
        consumer.join().unwrap()
    });
    let site = figures(&SITE);
    assert_eq!((site.outcomes.returned, site.live_scopes), (3000, 0));
    assert!(made.retained_arenas >= THREAD_ARENAS, "{made:?}");
    // The producer takes from the shared list once the consumer's stack is full.
    assert!(site.chunks <= (THREAD_ARENAS + SHARED_ARENAS + 16) as u64, "{} chunks", site.chunks);
    // Arenas of other tests may leave the shared list, oldest first. The producer's arenas come
    // back.
    assert!(report().pool.discarded.pool_full <= discarded + SHARED_ARENAS as u64);
}

#[test]
fn unused_arenas_give_way_to_those_in_use() {
    static LARGE: Site = Site::new("left over", module_path!(), file!(), line!());
    static SMALL: Site = Site::new("in use", module_path!(), file!(), line!());
    let _alone = alone();
    on_a_fresh_thread(|| {
        let mut owners: Vec<RequestScope> =
            (0..THREAD_ARENAS + SHARED_ARENAS).map(|_| RequestScope::enter(&LARGE)).collect();
        for owner in &mut owners {
            owner.arena().alloc_slice_fill_copy(100_000, 1_u8);
        }
        drop(owners);
        // These are more than the thread's stack holds. They need places in the shared list, which
        // is full.
        let round = || {
            let mut owners: Vec<RequestScope> =
                (0..2 * THREAD_ARENAS).map(|_| RequestScope::enter(&SMALL)).collect();
            for owner in &mut owners {
                owner.arena().alloc_slice_fill_copy(1000, 1_u8);
            }
        };
        round();
        let warm = figures(&SMALL).chunks;
        (0..10).for_each(|_| round());
        assert_eq!(figures(&SMALL).chunks, warm);
    });
}

#[test]
fn a_burst_of_open_scopes_is_cut_to_the_bounds_and_counted() {
    static SITE: Site = Site::new("burst", module_path!(), file!(), line!());
    let _alone = alone();
    on_a_fresh_thread(|| {
        let before = report().pool;
        let mut owners: Vec<RequestScope> = (0..600).map(|_| RequestScope::enter(&SITE)).collect();
        assert_eq!(figures(&SITE).live_scopes, 600);
        for owner in &mut owners {
            owner.arena().alloc_slice_fill_copy(100_000, 1_u8);
        }
        drop(owners);
        let pool = report().pool;
        assert!(
            pool.retained_arenas <= before.retained_arenas + THREAD_ARENAS + SHARED_ARENAS,
            "{pool:?}"
        );
        assert!(
            pool.retained_bytes <= before.retained_bytes + THREAD_BYTES + SHARED_BYTES,
            "{pool:?}"
        );
        let kept = pool.retained_arenas - before.retained_arenas;
        let freed = usize::try_from(pool.discarded.pool_full - before.discarded.pool_full).unwrap();
        // The 600 include arenas that were in the shared list before.
        assert!(freed > 0 && kept + freed <= 600, "{pool:?}");
        assert_eq!((figures(&SITE).live_scopes, figures(&SITE).outcomes.returned), (0, 600));
    });
}

#[test]
fn one_large_request_does_not_inflate_the_pool() {
    static SITE: Site = Site::new("large", module_path!(), file!(), line!());
    alone_on_a_fresh_thread(|| {
        let before = report().pool;
        scope(&SITE, |arena| arena.alloc_slice_fill_copy(10 << 20, 1_u8).len());
        let after = report().pool;
        assert!(after.retained_bytes <= before.retained_bytes, "{before:?} {after:?}");
        assert_eq!(after.discarded.too_large, before.discarded.too_large + 1);
    });
}

#[test]
fn a_steady_state_on_many_threads_asks_for_no_chunk() {
    static SITE: Site =
        Site::new("steady", module_path!(), file!(), line!()).with_initial(200 << 10);
    let _alone = alone();
    let (warm, measured) = (Barrier::new(THREADS + 1), Barrier::new(THREADS + 1));
    let serve = || {
        scope(&SITE, |arena| {
            let (left, right) = (arena.fork(), arena.fork());
            arena.alloc_slice_fill_copy(7000, 1_u8);
            left.alloc(1);
            right.scope(|child| child.alloc_slice_fill_copy(300, 1_u8).len())
        })
    };
    // All threads hold a scope at the same time first. A thread that came later would use another
    // thread's large arena, and would allocate its own during the measurement.
    let together = Barrier::new(THREADS);
    std::thread::scope(|threads| {
        for _ in 0..THREADS {
            threads.spawn(|| {
                scope(&SITE, |_arena| together.wait());
                (0..10).for_each(|_| assert_eq!(serve(), 300));
                warm.wait();
                measured.wait();
                (0..ROUNDS).for_each(|_| assert_eq!(serve(), 300));
            });
        }
        warm.wait();
        let chunks = figures(&SITE).chunks;
        measured.wait();
        assert!(chunks >= 1);
        CHUNKS.store(chunks, std::sync::atomic::Ordering::Relaxed);
    });
    assert_eq!(figures(&SITE).chunks, CHUNKS.load(std::sync::atomic::Ordering::Relaxed));
    assert_eq!(figures(&SITE).outcomes.returned, (THREADS * (ROUNDS + 11)) as u64);
}

static CHUNKS: std::sync::atomic::AtomicU64 = std::sync::atomic::AtomicU64::new(0);

#[test]
fn a_large_initial_chunk_is_kept_beside_other_sites_of_its_thread() {
    static LARGE: Site =
        Site::new("large initial", module_path!(), file!(), line!()).with_initial(4 << 20);
    static SMALL: Site = Site::new("small beside", module_path!(), file!(), line!());
    alone_on_a_fresh_thread(|| {
        let serve = || {
            scope(&LARGE, |arena| *arena.alloc(1));
            scope(&SMALL, |arena| *arena.alloc(1));
        };
        serve();
        let (chunks, discarded) = (figures(&LARGE).chunks, report().pool.discarded.too_large);
        (0..20).for_each(|_| serve());
        assert_eq!(
            figures(&LARGE).chunks,
            chunks,
            "the small site's scope took the large chunk and freed it"
        );
        assert_eq!(report().pool.discarded.too_large, discarded);
    });
}

#[test]
fn a_limited_site_does_not_make_its_neighbour_ask_for_chunks() {
    static LARGE: Site =
        Site::new("unlimited", module_path!(), file!(), line!()).with_initial(100_000);
    static LIMITED: Site = Site::new("limited", module_path!(), file!(), line!()).with_limit(4096);
    alone_on_a_fresh_thread(|| {
        let serve = || {
            scope(&LARGE, |arena| *arena.alloc(1));
            scope(&LIMITED, |arena| *arena.alloc(1));
        };
        serve();
        let (large, limited) = (figures(&LARGE).chunks, figures(&LIMITED).chunks);
        (0..20).for_each(|_| serve());
        let asked = (figures(&LARGE).chunks - large, figures(&LIMITED).chunks - limited);
        assert_eq!(
            asked,
            (0, 0),
            "chunks allocated in 20 rounds, by the large site and the limited one"
        );
    });
}
