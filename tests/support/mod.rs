//! Shared by several test binaries: the figures of one site, a fresh thread, and futures polled by
//! hand.

#![allow(dead_code, reason = "each test binary uses its own part")]

use core::pin::{Pin, pin};
use core::task::{Context, Poll};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Mutex, MutexGuard, PoisonError};

use request_arena::{PoolReport, Site, SiteReport, report};

static ALONE: Mutex<()> = Mutex::new(());

/// The figures of this site, also if other sites have the same name.
pub(crate) fn figures(site: &'static Site) -> SiteReport {
    let same = |found: &SiteReport| {
        (found.name, found.file, found.line) == (site.name(), site.file(), site.line())
    };
    report().sites.into_iter().find(same).expect("the site has opened a scope")
}

/// Locks out the other tests of this process, since the pool's figures are process-wide.
pub(crate) fn alone() -> MutexGuard<'static, ()> {
    ALONE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Runs `work` on a new thread, where the pool starts empty. A panic goes on here.
pub(crate) fn on_a_fresh_thread<R: Send>(work: impl FnOnce() -> R + Send) -> R {
    std::thread::scope(|threads| match threads.spawn(work).join() {
        Ok(result) => result,
        Err(panic) => std::panic::resume_unwind(panic),
    })
}

/// The text of the panic that `work` ends in.
pub(crate) fn panic_of<R>(work: impl FnOnce() -> R) -> String {
    let Err(panic) = catch_unwind(AssertUnwindSafe(work)) else { panic!("there was no panic") };
    match panic.downcast::<String>() {
        Ok(text) => *text,
        Err(panic) => panic
            .downcast::<&str>()
            .map_or_else(|_| String::from("not a text"), |text| String::from(*text)),
    }
}

/// Runs `work` several times, with `scopes` scopes of `site` each time.
///
/// After each round, checks that no scope is open and that every arena returned to the pool. Later
/// rounds use the arenas of the first rounds, and allocate no further chunk.
pub(crate) fn every_arena_comes_back(site: &'static Site, scopes: u64, work: impl Fn() + Sync) {
    let _alone = alone();
    on_a_fresh_thread(|| {
        let discarded = |pool: PoolReport| pool.discarded.pool_full + pool.discarded.too_large;
        let before = report().pool;
        // In these rounds, the site learns the size of its arenas.
        (0..10).for_each(|_| work());
        let warm = figures(site);
        assert!(report().pool.retained_arenas > 0, "an arena is in the pool");
        for round in 1..=5 {
            work();
            let now = figures(site);
            assert_eq!(now.live_scopes, 0, "in round {round}");
            assert_eq!(now.resets, warm.resets + round * scopes, "in round {round}");
            assert_eq!(now.outcomes.total(), now.resets, "in round {round}");
            assert_eq!(now.chunks, warm.chunks, "in round {round}, an arena was not in the pool");
        }
        assert_eq!(discarded(report().pool), discarded(before));
    });
}

/// Accepts only futures that a multi-thread runtime accepts.
pub(crate) fn sendable<F: Future + Send>(future: F) -> F {
    future
}

/// Returns `Pending` once.
pub(crate) async fn pause() {
    let mut paused = false;
    core::future::poll_fn(|context| {
        if core::mem::replace(&mut paused, true) {
            Poll::Ready(())
        } else {
            context.waker().wake_by_ref();
            Poll::Pending
        }
    })
    .await;
}

/// Polls once, with a waker that does nothing.
pub(crate) fn poll_once<F: Future + ?Sized>(future: Pin<&mut F>) -> Poll<F::Output> {
    future.poll(&mut Context::from_waker(futures::task::noop_waker_ref()))
}

/// Polls a future at most `most` times, and then drops it.
pub(crate) fn poll_at_most<F: Future>(future: F, most: usize) -> Option<F::Output> {
    let mut future = pin!(future);
    (0..most).find_map(|_| match poll_once(future.as_mut()) {
        Poll::Ready(result) => Some(result),
        Poll::Pending => None,
    })
}

/// Runs `work` on a fresh thread, while no other test of this process does.
pub(crate) fn alone_on_a_fresh_thread(work: impl FnOnce() + Send) {
    let _alone = alone();
    on_a_fresh_thread(work);
}
