//! Forks: in `join!`, in scoped threads, in rayon, of other forks, and longer than their parent.

use std::sync::Mutex;

use request_arena::collections::owned;
use request_arena::{Arena, RequestScope, Site, scope, scope_async};

use crate::support::{
    alone, alone_on_a_fresh_thread, every_arena_comes_back, figures, panic_of, pause, poll_at_most,
};

#[test]
fn forks_of_forks_are_all_of_one_request() {
    static SITE: Site = Site::new("forks of forks", module_path!(), file!(), line!());
    every_arena_comes_back(&SITE, 1, || {
        scope(&SITE, |arena| {
            let mut forks = vec![arena];
            for depth in 0..20_usize {
                let fork = forks[depth / 2].fork();
                fork.alloc_slice_fill_copy(depth * 10, 1_u8);
                forks.push(fork);
            }
            let texts: Vec<&str> = forks.iter().map(|fork| &*fork.alloc_str("text")).collect();
            drop(forks);
            assert_eq!(texts, ["text"; 21]);
        });
    });
    let site = figures(&SITE);
    assert!(site.used.max >= 1900 + 21 * 4, "{:?}", site.used);
    assert_eq!(site.outcomes.returned, site.resets);
}

#[test]
fn a_fork_outlives_the_other_half_of_its_closure() {
    static SITE: Site = Site::new("other half", module_path!(), file!(), line!());
    fn in_two_halves<'a>(arena: Arena<'a>) -> (Arena<'a>, &'a str, owned::Vec<'a, u32>) {
        let fork = arena.fork();
        let inner = fork.fork();
        let text = { arena }.alloc_str("from the half that is gone");
        let mut list = owned::Vec::new_in(fork);
        list.extend(0..1000);
        (inner, text, list)
    }
    every_arena_comes_back(&SITE, 1, || {
        scope(&SITE, |arena| {
            let (fork, text, list) = in_two_halves(arena);
            let copy = fork.alloc_str(text);
            assert_eq!((&*copy, list.len(), list[999]), ("from the half that is gone", 1000, 999));
        });
    });
}

#[test]
fn forks_in_join() {
    static SITE: Site = Site::new("join", module_path!(), file!(), line!());
    async fn letters<'a>(arena: Arena<'a>, letter: char, count: usize) -> &'a str {
        let mut text = owned::String::new_in(arena.fork());
        for _ in 0..count {
            text.push(letter);
            pause().await;
        }
        arena.alloc_str(text.as_str())
    }
    every_arena_comes_back(&SITE, 1, || {
        let future = scope_async(&SITE, async |arena: Arena<'_>| {
            let (a, b, c) = futures::join!(
                letters(arena.fork(), 'a', 3),
                letters(arena.fork(), 'b', 5),
                letters(arena.fork(), 'c', 0)
            );
            assert_eq!((a, b, c), ("aaa", "bbbbb", ""));
        });
        assert_eq!(poll_at_most(future, 6), Some(()));
    });
}

#[test]
fn forks_in_scoped_threads() {
    static SITE: Site = Site::new("scoped threads", module_path!(), file!(), line!());
    every_arena_comes_back(&SITE, 1, || {
        scope(&SITE, |arena| {
            let texts: Vec<&str> = std::thread::scope(|threads| {
                let workers: Vec<_> = (0..4)
                    .map(|worker| {
                        let fork = arena.fork();
                        threads.spawn(move || {
                            for number in 0..500 {
                                fork.alloc(number);
                            }
                            &*request_arena::format!(in fork, "worker {worker}")
                        })
                    })
                    .collect();
                workers.into_iter().map(|worker| worker.join().unwrap()).collect()
            });
            assert_eq!(texts, ["worker 0", "worker 1", "worker 2", "worker 3"]);
        });
    });
}

#[test]
fn a_panic_on_a_forks_thread_leaves_the_request_whole() {
    static SITE: Site = Site::new("thread panics", module_path!(), file!(), line!());
    every_arena_comes_back(&SITE, 2, || {
        let go_on = |again: bool| {
            scope(&SITE, |arena| {
                let fork = arena.fork();
                let joined = std::thread::scope(|threads| {
                    threads
                        .spawn(move || -> () { panic!("{}", fork.alloc_str("on the fork")) })
                        .join()
                });
                if again {
                    std::panic::resume_unwind(joined.unwrap_err());
                }
                arena.alloc_str("goes on").len()
            })
        };
        assert_eq!(go_on(false), 7);
        assert_eq!(panic_of(|| go_on(true)), "on the fork");
    });
    assert_eq!((figures(&SITE).outcomes.returned, figures(&SITE).outcomes.panicked), (15, 15));
}

#[test]
fn forks_in_rayon() {
    use rayon::prelude::*;
    static SITE: Site = Site::new("rayon", module_path!(), file!(), line!());
    alone_on_a_fresh_thread(|| {
        for _ in 0..20 {
            let sum = scope(&SITE, |arena| {
                let (left, right) = (arena.fork(), arena.fork());
                let (a, b) = rayon::join(
                    move || left.alloc_from_iter((0..100).filter(|number| number % 2 == 0)),
                    move || right.fork().alloc_from_iter(0..100),
                );
                let forks: Vec<Arena<'_>> = (0..16).map(|_| arena.fork()).collect();
                let parts: Vec<&mut [usize]> = forks
                    .into_par_iter()
                    .enumerate()
                    .map(|(index, fork)| fork.fork().alloc_slice_fill_copy(100, index))
                    .collect();
                a.iter().chain(b.iter()).sum::<usize>()
                    + parts.iter().flat_map(|part| part.iter()).sum::<usize>()
            });
            assert_eq!(sum, 2450 + 4950 + 12_000);
        }
        let site = figures(&SITE);
        assert_eq!((site.outcomes.returned, site.resets, site.live_scopes), (20, 20, 0));
    });
}

#[test]
fn values_of_a_fork_stay_when_its_thread_is_gone() {
    static SITE: Site = Site::new("thread is gone", module_path!(), file!(), line!());
    every_arena_comes_back(&SITE, 1, || {
        scope(&SITE, |arena| {
            let fork = arena.fork();
            let list = std::thread::scope(|threads| {
                let worker = threads.spawn(move || {
                    let mut list = owned::Vec::new_in(fork);
                    list.extend(0..100);
                    list
                });
                worker.join().unwrap()
            });
            arena.alloc([9_u8; 2000]);
            assert!(list.iter().copied().eq(0..100));
        });
    });
}

#[test]
fn a_fork_of_a_child_is_closed_with_the_child() {
    static SITE: Site = Site::new("fork in a child", module_path!(), file!(), line!());
    alone_on_a_fresh_thread(|| {
        scope(&SITE, |arena| {
            for item in 0..50 {
                arena.scope(|child| {
                    let fork = child.fork();
                    assert_eq!(*fork.alloc(item), item);
                });
            }
            assert_eq!(arena.used(), 0, "children leave nothing in the parent");
        });
        let site = figures(&SITE);
        assert_eq!((site.outcomes.returned, site.live_scopes), (1, 0));
        assert!(
            site.chunks <= 2,
            "the same two arenas serve all 50 rounds, but {} chunks",
            site.chunks
        );
    });
}

#[test]
fn a_fork_per_item_is_closed_with_the_request() {
    static SITE: Site = Site::new("fork per item", module_path!(), file!(), line!());
    every_arena_comes_back(&SITE, 1, || {
        scope(&SITE, |arena| {
            arena.alloc([0_u8; 20_000]);
            // No more than a thread's own stack holds. Other threads may take arenas that overflow
            // to the shared list.
            for item in 0..30 {
                assert_eq!(*arena.fork().alloc(item), item);
            }
        });
    });
}

/// Runs `work` on a stack that holds a hundred nested calls, and not a thousand.
fn on_a_small_stack(work: impl FnOnce() + Send + 'static) {
    let _alone = alone();
    let thread = std::thread::Builder::new().stack_size(128 << 10).spawn(work).expect("a thread");
    thread.join().expect("no panic");
    // Otherwise decay would free some of these arenas while other tests count them.
    request_arena::trim();
}

#[test]
fn a_chain_of_forks_of_any_length_is_closed_on_a_small_stack() {
    static SITE: Site = Site::new("chain of forks", module_path!(), file!(), line!());
    static NOTES: Mutex<Vec<usize>> = Mutex::new(Vec::new());
    const FORKS: usize = 100_000;
    on_a_small_stack(|| {
        scope(&SITE, |arena| {
            let mut fork = arena.fork();
            for number in 1..FORKS {
                fork = fork.fork();
                if number % 10_000 == 0 {
                    fork.defer(move || NOTES.lock().unwrap().push(number));
                }
            }
            fork.alloc_slice_fill_copy(1000, 1_u8);
        });
    });
    let notes = core::mem::take(&mut *NOTES.lock().unwrap());
    assert_eq!(
        notes,
        (1..10).rev().map(|number| number * 10_000).collect::<Vec<_>>(),
        "last in, first out"
    );
    let site = figures(&SITE);
    assert_eq!((site.outcomes.returned, site.live_scopes, site.in_use_bytes), (1, 0, 0));
    // Each fork has an entry of 24 bytes in the arena of the fork before it.
    let used = (FORKS * 24 + 1000) as u64;
    assert!((used..used + 1000).contains(&site.used.max), "{} of {used}", site.used.max);
}

#[test]
fn chains_of_forks_in_child_scopes_and_under_a_limit_are_closed_on_a_small_stack() {
    static SITE: Site =
        Site::new("chain in a child", module_path!(), file!(), line!()).with_limit(64 << 20);
    on_a_small_stack(|| {
        scope(&SITE, |arena| {
            for _ in 0..2 {
                arena.scope(|child| {
                    let mut fork = child.fork();
                    (0..20_000).for_each(|_| fork = fork.fork());
                    fork.alloc_slice_fill_copy(1000, 1_u8);
                });
                assert_eq!(arena.used(), 0, "a child gives everything back");
            }
        });
    });
    let site = figures(&SITE);
    assert_eq!((site.outcomes.returned, site.live_scopes, site.in_use_bytes), (1, 0, 0));
    assert!(site.peak_used.max >= 20_000 * 24 + 1000 && site.used.max == 0, "{site:?}");
}

#[test]
fn guards_that_deferred_values_own_end_on_a_small_stack() {
    static SITE: Site = Site::new("chain of guards", module_path!(), file!(), line!());
    static ENDED: Mutex<Vec<usize>> = Mutex::new(Vec::new());
    const GUARDS: usize = 20_000;
    on_a_small_stack(|| {
        let mut chain = RequestScope::enter(&SITE);
        for number in 1..GUARDS {
            let mut outer = RequestScope::enter(&SITE);
            match number % 2 {
                0 => _ = outer.arena().alloc_deferred(chain),
                _ => outer.arena().defer(move || {
                    drop(chain);
                    ENDED.lock().unwrap().push(number);
                }),
            }
            chain = outer;
        }
        drop(chain);
    });
    assert_eq!(ENDED.lock().unwrap().len(), GUARDS / 2);
    let site = figures(&SITE);
    assert_eq!(
        (site.outcomes.returned, site.live_scopes, site.in_use_bytes),
        (GUARDS as u64, 0, 0)
    );
    // Each holds a guard, or a closure with a guard and a number, and the header of an entry.
    assert!(site.used.max < 100 && site.used.sum > 30 * GUARDS as u64, "{:?}", site.used);
}
