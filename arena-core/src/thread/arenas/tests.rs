//! Tests of the pool as a whole: which arenas it keeps, and which scopes get them. Each test has a
//! thread of its own, and no other test uses the shared shelf meanwhile.

use std::collections::HashSet;
use std::sync::{Arc, Barrier, Mutex, PoisonError, Weak};

use bumpalo::Bump;

use super::{give_back_empty as give_back, give_back_grown, take_anew as take, take_further};
use crate::budget::charge::Charge;
use crate::lease::{Lease, class};
use crate::pool::fits;
use crate::pool::shelf::{self, SHARED, Shelf};
use crate::scope::guard::RequestScope;
use crate::site::{Site, Wanted};
use crate::thread::thread_slot;

static ALONE: Mutex<()> = Mutex::new(());

/// Runs `work` on a thread whose pool is empty, and leaves nothing on the shared shelf.
pub(crate) fn on_an_empty_pool<R: Send>(work: impl FnOnce() -> R + Send) -> R {
    let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    std::thread::scope(|threads| {
        let result = threads.spawn(work).join().expect("no panic");
        drop(SHARED.clear());
        result
    })
}

/// An arena as a scope leaves it that used `bytes` bytes.
fn filled(bytes: usize) -> Box<Lease> {
    let mut bump = Bump::new();
    bump.alloc_slice_fill_copy(bytes, 0_u8);
    bump.reset();
    Lease::new(bump, Charge::default(), 0)
}

#[test]
fn what_a_limited_scope_starts_with_does_not_depend_on_others() {
    static SITE: Site = Site::new("without limit", module_path!(), file!(), line!());
    static LIMITED: [Site; 4] = [
        Site::new("a", module_path!(), file!(), line!()).with_limit(16 * 4096),
        Site::new("b", module_path!(), file!(), line!()).with_limit(16 * 120_000),
        Site::new("c", module_path!(), file!(), line!()).with_limit(16 * 300_000),
        Site::new("d", module_path!(), file!(), line!()).with_limit(16 * 500_000),
    ];
    on_an_empty_pool(|| {
        // A pooled arena above the limit would switch the limit off. One near the limit would leave
        // no room for a fork.
        let capacities = LIMITED.each_ref().map(|limited| {
            give_back_grown(filled(60_000), &SITE, 60_000);
            take_further(limited).capacity()
        });
        assert_eq!(capacities[..2], [0, 0]);
        assert!(
            capacities[2..].iter().all(|&capacity| capacity >= 60_000),
            "a small part of the limit: {capacities:?}"
        );
    });
}

#[test]
fn initial_gives_room_in_one_chunk_and_yields_to_the_limit() {
    for limit in [0, 447, 448, 1000, 4032, 4095, 4096, 10_000, 65_536, 1_000_000, usize::MAX] {
        let initial = limit.min(50_000);
        let fits = fits::fits(&Wanted { initial, limit }, 0, 16);
        let room = Bump::with_capacity(fits.fresh).allocated_bytes();
        assert!(fits.fresh == 0 || room <= limit && room > initial / 2, "{room} of {limit}");
        assert!(limit < 448 || fits.fresh > 0);
        assert!(
            fits.fresh == 0 || fits.holds(class::of_capacity(room), room),
            "it is found again ({limit}): {fits:?}"
        );
    }
}

#[test]
fn an_arena_made_for_initial_is_found_again() {
    static SITES: [Site; 5] = [
        Site::new("a", module_path!(), file!(), line!()).with_initial(300),
        Site::new("b", module_path!(), file!(), line!()).with_initial(65_000),
        Site::new("c", module_path!(), file!(), line!()).with_initial(64 << 10),
        Site::new("d", module_path!(), file!(), line!()).with_initial(4 << 20),
        Site::new("e", module_path!(), file!(), line!()).with_initial(4096).with_limit(4096),
    ];
    on_an_empty_pool(|| {
        for site in &SITES {
            let lease = take(site);
            let made = core::ptr::from_ref(&*lease);
            assert!(lease.capacity() >= site.initial().min(4032), "{site:?}");
            give_back(lease);
            assert_eq!(core::ptr::from_ref(&*take(site)), made, "{site:?}");
        }
    });
}

#[test]
fn sites_of_different_sizes_find_their_arenas_again() {
    static SMALL: Site = Site::new("small", module_path!(), file!(), line!());
    static LARGE: Site = Site::new("large", module_path!(), file!(), line!()).with_initial(200_000);
    on_an_empty_pool(|| {
        let round = || {
            let (small, large) = (take(&SMALL), take(&LARGE));
            let (found, capacities) =
                ([&*small, &*large].map(core::ptr::from_ref), [small.capacity(), large.capacity()]);
            give_back(large);
            give_back(if capacities[0] == 0 { filled(1000) } else { small });
            (found, capacities)
        };
        round();
        let warm = round();
        assert!(warm.1[0] < 10_000 && warm.1[1] >= 200_000);
        (0..20).for_each(|_| assert_eq!(round(), warm));
    });
}

#[test]
fn a_site_that_never_needed_a_large_arena_leaves_it_to_those_that_do() {
    static SMALL: Site = Site::new("small", module_path!(), file!(), line!());
    static LARGE: Site = Site::new("large", module_path!(), file!(), line!());
    on_an_empty_pool(|| {
        give_back_grown(filled(500_000), &LARGE, 500_000);
        assert_eq!(take(&SMALL).capacity(), 0);
        assert!(take(&LARGE).capacity() >= 500_000);
    });
}

#[test]
fn one_arena_far_beyond_what_its_site_needs_is_not_kept() {
    static SITE: Site = Site::new("spike", module_path!(), file!(), line!());
    on_an_empty_pool(|| {
        let before = crate::PoolReport::read();
        give_back_grown(filled(10 << 20), &SITE, 10 << 20);
        let after = crate::PoolReport::read();
        assert_eq!(after.retained_bytes, before.retained_bytes);
        assert_eq!(after.discarded.too_large, before.discarded.too_large + 1);
    });
}

#[test]
fn arenas_of_a_thread_are_freed_with_it() {
    static SITE: Site = Site::new("thread", module_path!(), file!(), line!());
    let is_there =
        |own: &Weak<Shelf>| shelf::all().iter().any(|all| Arc::as_ptr(all) == own.as_ptr());
    let own = on_an_empty_pool(|| {
        give_back_grown(filled(1000), &SITE, 1000);
        give_back_grown(filled(100_000), &SITE, 100_000);
        give_back_grown(filled(100_000), &SITE, 100_000);
        let kept = crate::PoolReport::read();
        assert!(kept.retained_arenas >= 3 && kept.retained_bytes >= 201_000);
        let shelf = thread_slot::enter().map(|mut local| local.pool.shelf());
        let own = Arc::downgrade(&shelf.expect("the thread's state is free"));
        assert!(is_there(&own));
        own
    });
    assert!(!is_there(&own));
}

#[test]
fn what_a_limited_site_cannot_take_again_is_not_kept_for_it() {
    static SITE: Site =
        Site::new("quarter", module_path!(), file!(), line!()).with_limit(256 << 10);
    on_an_empty_pool(|| {
        give_back_grown(filled(30_000), &SITE, 30_000);
        assert!(take(&SITE).capacity() >= 30_000, "within a quarter of the limit");
        let before = crate::PoolReport::read();
        give_back_grown(filled(190_000), &SITE, 190_000);
        let after = crate::PoolReport::read();
        assert_eq!(after.retained_bytes, before.retained_bytes);
        assert_eq!(after.discarded.too_large, before.discarded.too_large + 1);
    });
}

#[test]
fn a_large_arena_is_found_on_another_threads_shelf() {
    static SITE: Site =
        Site::new("elsewhere", module_path!(), file!(), line!()).with_initial(900_000);
    on_an_empty_pool(|| {
        let given = Barrier::new(2);
        let taken = Barrier::new(2);
        let (made, lease) = (take(&SITE), take(&SITE));
        let expected = core::ptr::from_ref(&*made).addr();
        std::thread::scope(|threads| {
            let giver = threads.spawn(|| {
                give_back(made);
                given.wait();
                taken.wait();
            });
            given.wait();
            let found = take(&SITE);
            taken.wait();
            assert_eq!(core::ptr::from_ref(&*found).addr(), expected);
            // An explicit join, because the end of the block does not wait until the thread has
            // freed its arenas.
            giver.join().expect("no panic");
        });
        drop(lease);
    });
}

#[test]
fn however_tasks_move_there_are_no_more_large_arenas_than_scopes_open_together() {
    const PARKED: usize = 12;
    const THREADS: usize = 4;
    static SITE: Site = Site::new("moving", module_path!(), file!(), line!()).with_initial(900_000);
    on_an_empty_pool(|| {
        let parked: [Mutex<Option<Box<Lease>>>; PARKED] = [const { Mutex::new(None) }; PARKED];
        let seen = Mutex::new(HashSet::new());
        let ready = Barrier::new(THREADS);
        std::thread::scope(|threads| {
            let workers = (0..THREADS).map(|thread| {
                let (parked, seen, ready) = (&parked, &seen, &ready);
                threads.spawn(move || {
                    ready.wait();
                    for round in 0..3000 {
                        // Threads end scopes that other threads opened, and none ends as many as it
                        // opens.
                        let of_other =
                            parked[(round * (thread + 1)) % PARKED].lock().unwrap().take();
                        if let Some(lease) = of_other {
                            give_back(lease);
                        }
                        let lease = take(&SITE);
                        seen.lock().unwrap().insert(core::ptr::from_ref(&*lease).addr());
                        let before =
                            parked[(round * 5 + thread) % PARKED].lock().unwrap().replace(lease);
                        if let Some(lease) = before {
                            give_back(lease);
                        }
                    }
                    // A thread that ends frees the arenas that it keeps.
                    ready.wait();
                })
            });
            let workers: Vec<_> = workers.collect();
            workers.into_iter().for_each(|worker| worker.join().expect("no panic"));
        });
        let made = seen.into_inner().unwrap().len();
        assert!(made <= PARKED + THREADS, "{made}");
    });
}

#[test]
fn what_a_shelf_no_longer_holds_others_may_retain() {
    static SITE: Site =
        Site::new("moved on", module_path!(), file!(), line!()).with_initial(960 << 10);
    const THREADS: usize = 12;
    on_an_empty_pool(|| {
        let full = || crate::PoolReport::read().discarded.pool_full;
        let before = full();
        let (turn, taken) = (Mutex::new(()), Barrier::new(THREADS));
        std::thread::scope(|threads| {
            let thread = |_| {
                threads.spawn(|| {
                    let turn = turn.lock();
                    let eight = || [(); 8].map(|()| take(&SITE));
                    eight().into_iter().for_each(give_back);
                    drop(eight());
                    drop(turn);
                    // Each shelf held nearly 8 MiB at some point, one shelf after the other. Now
                    // all are empty, but they still exist.
                    taken.wait();
                })
            };
            let threads: Vec<_> = (0..THREADS).map(thread).collect();
            threads.into_iter().for_each(|thread| thread.join().expect("no panic"));
        });
        assert_eq!(full(), before, "it never held more than 8 MiB");
    });
}

#[test]
fn an_arena_that_did_not_grow_goes_back_on_whatever_thread_its_scope_ends() {
    static SITE: Site = Site::new("ends elsewhere", module_path!(), file!(), line!());
    let end = |unusual: bool| {
        // Only this thread has learned what the site needs.
        crate::scope(&SITE, |arena| arena.alloc_slice_fill_copy(500_000, 0_u8).len());
        let mut owner = RequestScope::enter(&SITE);
        if unusual {
            owner.arena().defer(|| ());
        }
        let before = crate::PoolReport::read();
        let ended = std::thread::scope(|threads| {
            let ended = threads.spawn(|| {
                drop(owner);
                crate::PoolReport::read()
            });
            ended.join().expect("no panic")
        });
        assert_eq!(ended.discarded.too_large, before.discarded.too_large);
        assert!(ended.retained_bytes >= before.retained_bytes + 500_000);
    };
    on_an_empty_pool(|| end(false));
    on_an_empty_pool(|| end(true));
}

#[test]
fn a_site_whose_large_arenas_are_not_kept_leaves_those_of_others_alone() {
    static LARGE: Site = Site::new("leaves", module_path!(), file!(), line!());
    static SPIKE: Site = Site::new("needs more, once", module_path!(), file!(), line!());
    on_an_empty_pool(|| {
        crate::scope(&SPIKE, |arena| arena.alloc_slice_fill_copy(4 << 20, 0_u8).len());
        crate::scope(&LARGE, |arena| arena.alloc_slice_fill_copy(500_000, 0_u8).len());
        assert!(
            take(&SPIKE).capacity() < 100_000,
            "the site would outgrow it, and the pool would free it"
        );
        assert!(take(&LARGE).capacity() >= 500_000);
    });
}

#[test]
fn an_arena_that_is_about_to_be_freed_is_not_shown_as_kept() {
    on_an_empty_pool(|| {
        // More than the process may retain.
        const BYTES: usize = 65 << 20;
        let before = crate::PoolReport::read().retained_bytes;
        let lease = Lease::new(Bump::with_capacity(BYTES), Charge::default(), 0);
        let class = lease.class();
        let shelf = Shelf::of_thread();
        let freed = shelf.push(lease, class, 0);
        let meanwhile = crate::PoolReport::read().retained_bytes;
        shelf.close();
        assert_eq!(freed.len(), 1);
        assert!(meanwhile < before + BYTES, "{meanwhile} bytes are kept, after {before}");
    });
}
