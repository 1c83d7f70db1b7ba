//! Open scopes: their number, their age, and their memory.

use core::time::Duration;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};
use std::time::Instant;

use request_arena::{RequestScope, Site, report, scope};

use crate::support::{alone_on_a_fresh_thread, figures};

#[test]
fn an_open_scope_shows_its_memory_and_its_age() {
    static SITE: Site = Site::new("open", module_path!(), file!(), line!());
    alone_on_a_fresh_thread(|| {
        let mut owner = RequestScope::enter(&SITE);
        let arena = owner.arena();
        arena.alloc_slice_fill_copy(100_000, 1_u8);
        let held = arena.reserved() as u64;
        assert_eq!((figures(&SITE).live_scopes, figures(&SITE).in_use_bytes), (1, held));
        let fork = arena.fork();
        fork.alloc_slice_fill_copy(300_000, 1_u8);
        let both = held + fork.reserved() as u64;
        assert_eq!(figures(&SITE).in_use_bytes, both, "with the fork's");
        arena.scope(|child| {
            child.alloc_slice_fill_copy(700_000, 1_u8);
            assert_eq!(
                figures(&SITE).in_use_bytes,
                both + child.reserved() as u64,
                "and the child scope's"
            );
        });
        assert_eq!(figures(&SITE).in_use_bytes, both, "which has given it back");
        std::thread::sleep(Duration::from_millis(30));
        let report = report();
        let oldest = report.site("open").unwrap().oldest.unwrap();
        assert!(oldest >= Duration::from_millis(29), "{oldest:?}");
        let live = report.live.iter().find(|live| live.scope == "open").unwrap();
        assert_eq!((live.age, live.in_use_bytes), (oldest, both));
        drop(owner);
        let site = figures(&SITE);
        assert_eq!((site.live_scopes, site.in_use_bytes, site.oldest), (0, 0, None));
    });
}

#[test]
fn an_age_is_never_more_than_the_scope_has_been_open() {
    static SITE: Site = Site::new("young", module_path!(), file!(), line!());
    alone_on_a_fresh_thread(|| {
        // The first scope creates the slot. Later ones reuse it, with the times of the one before.
        for _ in 0..20 {
            std::thread::sleep(Duration::from_millis(5));
            let owner = RequestScope::enter(&SITE);
            // The scope was open before this instant, so its age is larger.
            let open = Instant::now();
            let first = figures(&SITE).oldest.unwrap();
            let seen = Instant::now();
            assert!(first <= open.elapsed(), "{first:?}");
            std::thread::sleep(Duration::from_millis(5));
            let least = seen.elapsed();
            let second = figures(&SITE).oldest.unwrap();
            assert!(least <= second && second <= open.elapsed(), "{least:?} {second:?}");
            drop(owner);
        }
    });
}

#[test]
fn a_service_of_short_scopes_shows_no_old_ones() {
    static SITE: Site = Site::new("short", module_path!(), file!(), line!());
    alone_on_a_fresh_thread(|| {
        let (stop, most) = (AtomicBool::new(false), AtomicU64::new(0));
        let ages: Vec<Duration> = std::thread::scope(|threads| {
            threads.spawn(|| {
                while !stop.load(Relaxed) {
                    let before = Instant::now();
                    scope(&SITE, |_| std::thread::sleep(Duration::from_micros(500)));
                    most.fetch_max(before.elapsed().as_nanos() as u64, Relaxed);
                }
            });
            let looks = (0..40).filter_map(|_| {
                std::thread::sleep(Duration::from_millis(7));
                report().site("short")?.oldest
            });
            let ages = looks.collect();
            stop.store(true, Relaxed);
            ages
        });
        let most = Duration::from_nanos(most.into_inner());
        assert!(ages.len() > 4 && ages.iter().all(|&age| age <= most), "{most:?} {ages:?}");
    });
}

#[test]
fn an_age_is_exact_where_durations_are_measured() {
    static SITE: Site = Site::new("measured", module_path!(), file!(), line!());
    alone_on_a_fresh_thread(|| {
        request_arena::configure(|settings| settings.durations = true);
        let before = Instant::now();
        let owner = RequestScope::enter(&SITE);
        let open = Instant::now();
        std::thread::sleep(Duration::from_millis(5));
        let least = open.elapsed();
        let age = figures(&SITE).oldest.unwrap();
        request_arena::configure(|settings| settings.durations = false);
        assert!(least <= age && age <= before.elapsed(), "{least:?} {age:?}");
        drop(owner);
    });
}

#[test]
fn a_guard_that_is_forgotten_stays_open() {
    static SITE: Site = Site::new("forgotten", module_path!(), file!(), line!());
    core::mem::forget(RequestScope::enter(&SITE));
    drop(RequestScope::enter(&SITE));
    assert_eq!((figures(&SITE).live_scopes, figures(&SITE).outcomes.total()), (1, 1));
}

#[test]
fn blocks_left_by_growing_collections_are_counted() {
    static SITE: Site =
        Site::new("growing", module_path!(), file!(), line!()).with_initial(100_000);
    scope(&SITE, |arena| {
        let mut list = request_arena::collections::Vec::<u8>::with_capacity_in(100, &arena);
        list.resize(100, 1);
        list.reserve_exact(100);
        arena.alloc(1_u8);
        // Another block follows the list now, so the list has to move.
        list.reserve_exact(1000);
        arena.alloc(1_u8);
        // The chunk is full, so the list moves to another chunk.
        list.reserve_exact(200_000);
    });
    assert_eq!(figures(&SITE).abandoned_bytes, 200 + 1100);
}

#[test]
fn an_arena_that_served_a_scope_before_is_shown_whole_as_a_child_scope() {
    static SITE: Site = Site::new("shown whole", module_path!(), file!(), line!());
    let open = || figures(&SITE).in_use_bytes;
    alone_on_a_fresh_thread(|| {
        // Two arenas in the pool, left by scopes that only allocated.
        for _ in 0..3 {
            scope(&SITE, |outer| {
                outer.alloc(1_u8);
                scope(&SITE, |inner| *inner.alloc(1_u8));
            });
        }
        scope(&SITE, |arena| {
            arena.alloc(1_u8);
            let held = arena.reserved() as u64;
            arena.scope(|child| {
                child.alloc(1_u8);
                assert_eq!(open(), held + child.reserved() as u64, "with the child scope's");
            });
            assert_eq!(open(), held, "which has given it back");
            let fork = arena.fork();
            fork.alloc(1_u8);
            assert_eq!(open(), held + fork.reserved() as u64, "with the fork's");
        });
    });
}

#[test]
fn memory_of_a_child_scopes_forks_is_freed_with_it() {
    static SITE: Site = Site::new("forks of children", module_path!(), file!(), line!());
    let open = || figures(&SITE).in_use_bytes;
    alone_on_a_fresh_thread(|| {
        scope(&SITE, |arena| {
            arena.alloc(1_u8);
            let held = arena.reserved() as u64;
            for _ in 0..3 {
                arena.scope(|child| child.fork().alloc_slice_fill_copy(10_000, 1_u8).len());
                assert_eq!(open(), held);
            }
        });
    });
}
