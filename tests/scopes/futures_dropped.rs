//! Futures: dropped at each await point, panicking in a poll, moved between threads, never polled.

use core::pin::Pin;
use core::task::Poll;
use std::panic::catch_unwind;

use request_arena::collections::owned;
use request_arena::{Arena, Site, report, scope, scope_async, try_scope_async};

use crate::support::{
    alone, alone_on_a_fresh_thread, every_arena_comes_back, figures, on_a_fresh_thread, panic_of,
    pause, poll_at_most, poll_once,
};

type Request = Pin<Box<dyn Future<Output = usize> + Send>>;

/// The number of polls until the request below is ready.
const POLLS: usize = 7;

/// A request that holds every kind of arena value across its awaits.
fn request(site: &'static Site) -> Request {
    Box::pin(scope_async(site, async |mut arena: Arena<'_>| {
        let text = arena.alloc_str("text");
        let boxed = arena.alloc_box(vec![1_u8; 100]);
        arena.alloc_deferred(String::from("dropped at the end"));
        pause().await;
        let mut list = owned::Vec::new_in(arena.fork());
        list.push(text.len());
        pause().await;
        let from_child = arena
            .scope_async(async |mut child| {
                let kept = child.alloc_slice_fill_copy(1000, 1_u8);
                child.defer(|| ());
                pause().await;
                let inner = child.scope_async(async |grandchild| {
                    let number = grandchild.alloc(3);
                    pause().await;
                    *number
                });
                kept.len() + inner.await
            })
            .await;
        list.push(from_child);
        let (left, right) = (arena.fork(), arena.fork());
        let halves = futures::join!(
            async move {
                let text = left.alloc_str("left");
                pause().await;
                text.len()
            },
            async move {
                let text = right.fork().alloc_str("right");
                pause().await;
                pause().await;
                text.len()
            }
        );
        list.extend([halves.0, halves.1, boxed.len()]);
        list.iter().sum()
    }))
}

#[test]
fn a_request_polled_to_its_end_returns() {
    static SITE: Site = Site::new("to its end", module_path!(), file!(), line!());
    every_arena_comes_back(&SITE, 1, || {
        assert_eq!(poll_at_most(request(&SITE), POLLS), Some(4 + 1003 + 9 + 100));
    });
    assert_eq!(figures(&SITE).outcomes.returned, figures(&SITE).resets);
}

#[test]
fn a_future_dropped_at_each_await_point_is_cancelled() {
    static SITE: Site = Site::new("each await point", module_path!(), file!(), line!());
    every_arena_comes_back(&SITE, POLLS as u64, || {
        for polls in 0..=POLLS {
            let before = figures_or_none(&SITE);
            let result = poll_at_most(request(&SITE), polls);
            assert_eq!(result.is_some(), polls == POLLS, "after {polls} polls");
            let ended = figures_or_none(&SITE).1 - before.1;
            assert_eq!(ended, u64::from(0 < polls && polls < POLLS), "after {polls} polls");
        }
    });
    let outcomes = figures(&SITE).outcomes;
    assert_eq!((outcomes.returned, outcomes.cancelled), (15, 15 * (POLLS as u64 - 1)));
    assert_eq!(outcomes.total(), outcomes.returned + outcomes.cancelled);
}

/// The numbers of returned and of cancelled scopes. Both are 0 before the first scope.
fn figures_or_none(site: &'static Site) -> (u64, u64) {
    let outcomes = report().site(site.name()).map(|site| site.outcomes).unwrap_or_default();
    (outcomes.returned, outcomes.cancelled)
}

#[test]
fn a_future_that_is_never_polled_opens_no_scope() {
    static SITE: Site = Site::new("never polled", module_path!(), file!(), line!());
    alone_on_a_fresh_thread(|| {
        drop(request(&SITE));
        assert!(report().site("never polled").is_none());
    });
}

#[test]
fn a_panic_in_a_poll_differs_from_a_drop_between_polls() {
    static SITE: Site = Site::new("panics in a poll", module_path!(), file!(), line!());
    every_arena_comes_back(&SITE, 3, || {
        for panics_at in 0..3 {
            let future = scope_async(&SITE, async |mut arena| {
                let text = arena.alloc_str("text");
                for step in 0..3 {
                    assert!(step != panics_at, "step {step} of {text}");
                    pause().await;
                    arena.scope_async(async |child| child.alloc_str("child").len()).await;
                }
            });
            assert_eq!(panic_of(|| poll_at_most(future, 9)), format!("step {panics_at} of text"));
        }
    });
    assert_eq!(figures(&SITE).outcomes.panicked, figures(&SITE).resets);
}

#[test]
fn a_future_that_panicked_may_be_dropped_much_later() {
    static SITE: Site = Site::new("dropped later", module_path!(), file!(), line!());
    alone_on_a_fresh_thread(|| {
        let mut future = Box::pin(scope_async(&SITE, async |arena| {
            arena.alloc(1);
            pause().await;
            panic!("in the second poll");
        }));
        assert!(poll_once(future.as_mut()).is_pending());
        panic_of(|| poll_once(future.as_mut()));
        drop(future);
        assert_eq!((figures(&SITE).outcomes.panicked, figures(&SITE).outcomes.total()), (1, 1));
        assert_eq!(figures(&SITE).live_scopes, 0);
    });
}

#[test]
fn a_future_dropped_while_another_panic_unwinds_is_cancelled() {
    static SITE: Site = Site::new("dropped by unwinding", module_path!(), file!(), line!());
    every_arena_comes_back(&SITE, 1, || {
        let text = panic_of(|| {
            let mut future = request(&SITE);
            assert!(poll_once(future.as_mut()).is_pending());
            panic!("elsewhere");
        });
        assert_eq!(text, "elsewhere");
    });
    assert_eq!(figures(&SITE).outcomes.cancelled, figures(&SITE).resets);
}

#[test]
fn a_future_polled_to_its_end_while_unwinding_returns() {
    static SITE: Site = Site::new("polled by unwinding", module_path!(), file!(), line!());
    struct Polls;
    impl Drop for Polls {
        fn drop(&mut self) {
            assert_eq!(poll_at_most(request(&SITE), POLLS), Some(1116));
        }
    }
    alone_on_a_fresh_thread(|| {
        panic_of(|| {
            let _polls = Polls;
            panic!("outer");
        });
        assert_eq!((figures(&SITE).outcomes.returned, figures(&SITE).outcomes.total()), (1, 1));
    });
}

#[test]
fn the_result_decides_between_returned_and_error() {
    static SITE: Site = Site::new("async result", module_path!(), file!(), line!());
    let run = |fails: bool| {
        try_scope_async(&SITE, async move |arena| {
            let number = arena.alloc(5);
            pause().await;
            if fails { Err(*number) } else { Ok(*number + 1) }
        })
    };
    every_arena_comes_back(&SITE, 4, || {
        assert_eq!(poll_at_most(run(true), 2), Some(Err(5)));
        assert_eq!(poll_at_most(run(false), 2), Some(Ok(6)));
        assert_eq!(poll_at_most(run(true), 1), None);
        let error =
            poll_at_most(scope_async(&SITE, async |arena| Err::<(), _>(*arena.alloc(1))), 1);
        assert_eq!(error, Some(Err(1)));
    });
    let outcomes = figures(&SITE).outcomes;
    assert_eq!(
        (outcomes.error, outcomes.returned, outcomes.cancelled, outcomes.total()),
        (15, 30, 15, 60)
    );
}

#[test]
fn a_future_may_be_polled_on_another_thread_each_time() {
    static SITE: Site = Site::new("moves", module_path!(), file!(), line!());
    let _alone = alone();
    let mut future = request(&SITE);
    let mut result = None;
    for _ in 0..POLLS {
        assert!(result.is_none());
        (future, result) = on_a_fresh_thread(move || {
            let poll = poll_once(future.as_mut());
            (future, if let Poll::Ready(sum) = poll { Some(sum) } else { None })
        });
    }
    assert_eq!(result, Some(1116));
    assert_eq!((figures(&SITE).outcomes.returned, figures(&SITE).live_scopes), (1, 0));
}

#[test]
fn a_future_may_be_dropped_on_another_thread_than_it_was_polled() {
    static SITE: Site = Site::new("dropped elsewhere", module_path!(), file!(), line!());
    let _alone = alone();
    for polls in 1..POLLS {
        let mut future = request(&SITE);
        let future = on_a_fresh_thread(move || {
            for _ in 0..polls {
                assert!(poll_once(future.as_mut()).is_pending());
            }
            future
        });
        on_a_fresh_thread(move || {
            let before = report().pool.retained_arenas;
            drop(future);
            assert!(
                report().pool.retained_arenas > before,
                "its arenas are in the pool of the thread that ended it"
            );
        });
    }
    let outcomes = figures(&SITE).outcomes;
    assert_eq!((outcomes.cancelled, outcomes.total(), figures(&SITE).live_scopes), (6, 6, 0));
}

#[test]
fn futures_in_futures_end_each_for_itself() {
    static OUTER: Site = Site::new("outer future", module_path!(), file!(), line!());
    static INNER: Site = Site::new("inner future", module_path!(), file!(), line!());
    every_arena_comes_back(&OUTER, 1, || {
        let future = scope_async(&OUTER, async |arena| {
            let text = arena.alloc_str("outer");
            assert_eq!(poll_at_most(request(&INNER), 3), None);
            assert_eq!(request(&INNER).await, 1116);
            let caught = catch_unwind(|| scope(&INNER, |_| -> () { panic!("inner") }));
            assert!(caught.is_err() && text == "outer");
        });
        assert_eq!(poll_at_most(future, POLLS), Some(()));
    });
    let (outer, inner) = (figures(&OUTER).outcomes, figures(&INNER).outcomes);
    assert_eq!((outer.returned, outer.total()), (15, 15));
    assert_eq!((inner.returned, inner.cancelled, inner.panicked, inner.total()), (15, 15, 15, 45));
}

#[test]
fn select_cancels_the_loser() {
    static WINNER: Site = Site::new("winner", module_path!(), file!(), line!());
    static LOSER: Site = Site::new("loser", module_path!(), file!(), line!());
    let race = || {
        let winner = scope_async(&WINNER, async |arena| *arena.alloc(1));
        match poll_at_most(futures::future::select(request(&LOSER), Box::pin(winner)), 1) {
            Some(futures::future::Either::Right((1, loser))) => drop(loser),
            _ => panic!("the request of many polls cannot win"),
        }
    };
    every_arena_comes_back(&LOSER, 1, race);
    assert_eq!(figures(&LOSER).outcomes.cancelled, figures(&LOSER).resets);
    assert_eq!(figures(&WINNER).outcomes.returned, figures(&WINNER).resets);
}
