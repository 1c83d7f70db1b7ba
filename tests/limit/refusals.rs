//! Effects of an exceeded limit: the error, the panic, the outcome, and other requests at that
//! time.

use core::panic::AssertUnwindSafe;
use std::panic::catch_unwind;

use request_arena::collections::Vec;
use request_arena::{ArenaError, Site, format, scope, try_scope};

use crate::support::{figures, panic_of};

#[test]
fn the_error_names_the_request_the_limit_and_the_place() {
    static SITE: Site = Site::new("thumbnail", module_path!(), file!(), line!()).with_limit(10_000);
    let error: ArenaError = try_scope(&SITE, |arena| {
        arena.alloc([0_u8; 1000]);
        arena.try_alloc([0_u8; 20_000]).map(|_| ())
    })
    .unwrap_err();
    assert_eq!((error.site(), error.requested(), error.limit()), (&SITE, 20_000, Some(10_000)));
    assert!((1000..=10_000).contains(&error.reserved()));
    let text = error.to_string();
    let reserved = error.reserved();
    assert_eq!(
        text,
        std::format!(
            "the arena of `thumbnail` is at its limit: 20000 bytes requested, {reserved} of 10000 \
             bytes taken ({}:{})",
            SITE.file(),
            SITE.line()
        )
    );
    assert_eq!(std::format!("{error:?}"), text);
    let source: &dyn std::error::Error = &error;
    assert!(source.source().is_none());
    assert_eq!(figures(&SITE).outcomes.error, 1);
}

#[test]
fn the_error_counts_the_memory_of_forks() {
    static SITE: Site =
        Site::new("forks hold", module_path!(), file!(), line!()).with_limit(100_000);
    scope(&SITE, |arena| {
        let fork = arena.fork();
        fork.alloc([0_u8; 50_000]);
        let error = arena.try_alloc([0_u8; 90_000]).map(|_| ()).unwrap_err();
        assert!((50_000..=100_000).contains(&error.reserved()), "{error}");
        let error = arena.try_alloc_slice_uninit::<u64>(usize::MAX).map(|_| ()).unwrap_err();
        assert!(
            (50_000..=100_000).contains(&error.reserved()),
            "{} of the forks are not counted",
            error.reserved()
        );
    });
}

#[test]
fn a_refused_fallible_call_leaves_the_rest_available() {
    static SITE: Site = Site::new("goes on", module_path!(), file!(), line!()).with_limit(100_000);
    scope(&SITE, |arena| {
        let kept = arena.alloc_str("kept");
        assert!(arena.try_alloc_slice_fill_copy(200_000, 0_u8).is_err());
        arena.try_alloc_slice_fill_copy(5000, 0_u8).expect("the rest is available");
        assert_eq!(kept, "kept");
    });
    assert_eq!((figures(&SITE).refusals, figures(&SITE).outcomes.returned), (1, 1));
}

#[test]
fn a_refused_value_is_dropped_once() {
    static SITE: Site = Site::new("dropped", module_path!(), file!(), line!()).with_limit(0);
    let shared = std::sync::Arc::new(());
    let copy = || std::sync::Arc::clone(&shared);
    scope(&SITE, |arena| {
        assert!(arena.try_alloc_box(copy()).is_err());
        assert!(arena.try_alloc_without_drop(copy()).is_err());
        assert!(arena.try_alloc_deferred(copy()).is_err());
        let captured = copy();
        assert!(arena.try_defer(move || drop(captured)).is_err());
        let called = core::cell::Cell::new(false);
        assert!(
            arena.try_alloc_with(|| called.set(true)).is_ok(),
            "a zero-sized value always fits"
        );
        called.set(false);
        assert!(arena.try_alloc_with(|| called.replace(true)).is_err());
        assert!(!called.get(), "the function ran though nothing could be placed");
    });
    assert_eq!(std::sync::Arc::strong_count(&shared), 1);
}

#[test]
fn the_calls_that_cannot_fail_panic_with_the_errors_text() {
    static SITE: Site = Site::new("infallible", module_path!(), file!(), line!()).with_limit(1000);
    let calls: [(&str, fn()); 14] = [
        ("alloc", || scope(&SITE, |arena| _ = arena.alloc([0_u8; 2000]))),
        ("alloc_with", || scope(&SITE, |arena| _ = arena.alloc_with(|| [0_u8; 2000]))),
        ("alloc_without_drop", || scope(&SITE, |arena| _ = arena.alloc_without_drop([0_u8; 2000]))),
        ("alloc_box", || scope(&SITE, |arena| _ = arena.alloc_box([0_u8; 2000]))),
        ("alloc_deferred", || scope(&SITE, |arena| _ = arena.alloc_deferred([0_u8; 2000]))),
        ("defer", || {
            scope(&SITE, |arena| {
                arena.defer({
                    let own = [0_u8; 2000];
                    move || assert_eq!(own[0], 0)
                });
            });
        }),
        ("alloc_str", || scope(&SITE, |arena| _ = arena.alloc_str(&"x".repeat(2000)))),
        ("format", || scope(&SITE, |arena| _ = format!(in arena, "{:2000}", 1))),
        ("alloc_slice_copy", || scope(&SITE, |arena| _ = arena.alloc_slice_copy(&[0_u8; 2000]))),
        ("fill_iter", || scope(&SITE, |arena| _ = arena.alloc_slice_fill_iter([0_u8; 2000]))),
        ("from_iter", || scope(&SITE, |arena| _ = arena.alloc_from_iter([0_u8; 2000]))),
        ("try_fill_with", || {
            scope(&SITE, |arena| _ = arena.alloc_slice_try_fill_with(2000, Ok::<_, ()>));
        }),
        ("Vec", || scope(&SITE, |arena| _ = Vec::<u8>::with_capacity_in(2000, &arena))),
        ("fork", || {
            scope(&SITE, |arena| {
                loop {
                    arena.fork().alloc(1);
                }
            });
        }),
    ];
    for (count, (name, call)) in (1..).zip(calls) {
        let text = panic_of(call);
        assert!(text.contains("the arena of `infallible` is at its limit"), "{name}: {text}");
        assert!(text.contains("`try_*`"), "{name}: {text}");
        let site = figures(&SITE);
        assert_eq!(
            (site.outcomes.limit_exceeded, site.outcomes.total(), site.live_scopes),
            (count, count, 0),
            "{name}"
        );
    }
}

#[test]
fn one_request_at_its_limit_does_not_touch_the_others() {
    static SITE: Site = Site::new("beside", module_path!(), file!(), line!()).with_limit(100_000);
    let results: std::vec::Vec<bool> = std::thread::scope(|threads| {
        let requests = (0..8).map(|request| {
            threads.spawn(move || {
                (0..50_usize).all(|round| {
                    let greedy = (request + round) % 4 == 0;
                    let fits = catch_unwind(|| {
                        scope(&SITE, |arena| {
                            let mut list = Vec::new_in(&arena);
                            list.extend(0..if greedy { 100_000 } else { 1000_u32 });
                            list.iter().map(|&number| u64::from(number)).sum::<u64>()
                        })
                    });
                    fits.ok() == (!greedy).then_some(499_500)
                })
            })
        });
        let requests: std::vec::Vec<_> = requests.collect();
        requests.into_iter().map(|request| request.join().unwrap()).collect()
    });
    assert_eq!(results, [true; 8]);
    let outcomes = figures(&SITE).outcomes;
    assert_eq!((outcomes.returned + outcomes.limit_exceeded, outcomes.total()), (400, 400));
    assert!((96..=104).contains(&outcomes.limit_exceeded), "{outcomes:?}");
}

#[test]
fn the_limit_reached_in_a_fork_on_another_thread_is_the_requests_outcome() {
    static SITE: Site =
        Site::new("fork's limit", module_path!(), file!(), line!()).with_limit(20_000);
    let request = || {
        scope(&SITE, |arena| {
            let fork = arena.fork();
            std::thread::scope(|threads| {
                match threads.spawn(move || fork.alloc([0_u8; 30_000])[0]).join() {
                    Ok(byte) => byte,
                    Err(panic) => std::panic::resume_unwind(panic),
                }
            })
        })
    };
    assert!(panic_of(request).contains("is at its limit"));
    assert_eq!(figures(&SITE).outcomes.limit_exceeded, 1);
}

#[test]
fn a_limit_that_the_body_recovers_from_is_not_the_outcome() {
    static SITE: Site = Site::new("recovered", module_path!(), file!(), line!()).with_limit(20_000);
    let refused = |arena: &request_arena::Arena<'_>| {
        assert!(catch_unwind(AssertUnwindSafe(|| arena.alloc([0_u8; 30_000])[0])).is_err());
    };
    scope(&SITE, |arena| refused(&arena));
    assert_eq!(figures(&SITE).outcomes.returned, 1);
}

#[test]
fn every_refusal_is_counted_once_also_of_a_length_that_no_layout_has() {
    static SITE: Site = Site::new("counted", module_path!(), file!(), line!()).with_limit(10_000);
    scope(&SITE, |arena| {
        for _ in 0..4 {
            assert!(arena.try_alloc_slice_uninit::<u8>(100_000).is_err());
        }
        // The iterator reports this length.
        assert!(arena.try_alloc_from_iter(0..usize::MAX as u64).is_err());
        assert!(arena.try_alloc_from_iter(0..100_000_u64).is_err());
    });
    assert_eq!(figures(&SITE).refusals, 6);
}
