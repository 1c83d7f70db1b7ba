//! Scopes that ask a source. There is one source for the process, so the tests share it.

use std::cell::{Cell, RefCell};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Once;

use super::*;
use crate::{report, scope, scope_async, try_scope};

thread_local! {
    /// What the source returns, or does.
    static ANSWER: RefCell<fn() -> Option<Trace>> = const { RefCell::new(|| None) };
    static CALLS: Cell<u32> = const { Cell::new(0) };
}

fn answered_by(answer: fn() -> Option<Trace>) {
    static SET: Once = Once::new();
    SET.call_once(|| {
        trace_by(|| {
            CALLS.set(CALLS.get() + 1);
            let answer = ANSWER.with_borrow(|answer| *answer);
            answer()
        })
        .unwrap();
    });
    ANSWER.set(answer);
}

fn trace(byte: u8) -> Option<Trace> {
    TraceId::new([byte; 16]).map(Trace::new)
}

fn run(site: &'static Site, bytes: usize) {
    scope(site, |arena| {
        arena.alloc_slice_fill_copy(bytes, 0_u8);
    });
}

fn exemplar(name: &str) -> Option<(u64, Trace)> {
    let exemplar = report().site(name).unwrap().exemplar;
    exemplar.map(|exemplar| (exemplar.peak_used, exemplar.trace))
}

macro_rules! site {
    ($name:literal) => {{
        static SITE: Site = Site::new($name, module_path!(), file!(), line!());
        &SITE
    }};
}

#[test]
fn the_largest_scope_keeps_its_trace() {
    let site = site!("exemplar");
    answered_by(|| trace(1));
    run(site, 500);
    answered_by(|| trace(2));
    run(site, 100);
    assert_eq!(exemplar("exemplar"), Some((500, trace(1).unwrap())));
    run(site, 501);
    assert_eq!(exemplar("exemplar"), Some((501, trace(2).unwrap())));
    assert_eq!(trace_by(|| None), Err(AlreadySet(())), "the first one stays");
}

#[test]
fn a_scope_that_is_not_larger_does_not_ask() {
    let site = site!("exemplar, asked");
    answered_by(|| trace(1));
    run(site, 500);
    let before = CALLS.get();
    for bytes in [0, 1, 100, 500] {
        run(site, bytes);
    }
    assert_eq!(CALLS.get(), before);
    // Without a trace the largest one with a trace stays, and the next one is asked again.
    answered_by(|| None);
    run(site, 600);
    run(site, 600);
    assert_eq!(CALLS.get(), before + 2);
    assert_eq!(exemplar("exemplar, asked"), Some((500, trace(1).unwrap())));
}

#[test]
fn each_way_out_of_a_scope_asks() {
    let site = site!("exemplar, ways");
    answered_by(|| trace(3));
    let mut larger = {
        let mut bytes = 100;
        move || {
            bytes += 100;
            bytes
        }
    };
    let mut expect = |bytes: usize, way: &str| {
        assert_eq!(exemplar("exemplar, ways").unwrap().0, bytes as u64, "{way}");
        larger()
    };
    run(site, 100);
    let bytes = expect(100, "returned");
    let failed = try_scope(site, |arena| {
        arena.alloc_slice_fill_copy(bytes, 0_u8);
        Err::<(), _>(())
    });
    assert!(failed.is_err());
    let bytes = expect(bytes, "failed");
    let panicked = catch_unwind(|| {
        scope(site, |arena| {
            arena.alloc_slice_fill_copy(bytes, 0_u8);
            panic!("expected by the test");
        });
    });
    assert!(panicked.is_err());
    let bytes = expect(bytes, "panicked");
    let mut guard = crate::RequestScope::enter(site);
    guard.arena().alloc_slice_fill_copy(bytes, 0_u8);
    drop(guard);
    let bytes = expect(bytes, "a guard");
    {
        let future = scope_async(site, async |arena| {
            arena.alloc_slice_fill_copy(bytes, 0_u8);
            core::future::pending::<()>().await;
        });
        let mut future = std::pin::pin!(future);
        let waker = core::task::Waker::noop();
        assert!(future.as_mut().poll(&mut core::task::Context::from_waker(waker)).is_pending());
    }
    let bytes = expect(bytes, "cancelled");
    scope(site, |arena| {
        // Gives bytes back, so the peak is not what is in use at the end.
        let mut list = crate::collections::Vec::with_capacity_in(bytes, &arena);
        list.push(1_u8);
        drop(list);
    });
    expect(bytes, "given back");
}

#[test]
fn a_source_that_panics_costs_the_exemplar_and_nothing_else() {
    let site = site!("exemplar, panic");
    answered_by(|| panic!("expected by the test"));
    run(site, 500);
    assert_eq!(exemplar("exemplar, panic"), None);
    assert_eq!(answers(), Some(Answers::Panicked));
    assert_eq!(report().traces, Some(Answers::Panicked));
    // Also while the scope's own panic unwinds.
    let panicked = catch_unwind(AssertUnwindSafe(|| {
        scope(site, |arena| {
            arena.alloc_slice_fill_copy(500, 0_u8);
            panic!("expected by the test");
        });
    }));
    assert!(panicked.is_err());
    let report = report();
    let outcomes = report.site("exemplar, panic").unwrap().outcomes;
    assert_eq!((outcomes.returned, outcomes.panicked), (1, 1));
    answered_by(|| trace(4));
    run(site, 500);
    assert_eq!(exemplar("exemplar, panic"), Some((500, trace(4).unwrap())));
}

#[test]
fn a_source_may_open_scopes() {
    let site = site!("exemplar, inner");
    answered_by(|| {
        run(site!("exemplar, of the source"), 9000);
        trace(5)
    });
    run(site, 500);
    assert_eq!(exemplar("exemplar, inner"), Some((500, trace(5).unwrap())));
    assert_eq!(exemplar("exemplar, of the source"), None, "it would ask for ever");
}

#[test]
fn the_source_is_asked_only_when_the_scope_is_counted() {
    let site = site!("exemplar, counted");
    answered_by(|| {
        let report = report();
        let counted = report.site("exemplar, counted").unwrap();
        assert_eq!((counted.outcomes.returned, counted.live_scopes), (1, 0));
        trace(6)
    });
    run(site, 500);
    assert_eq!(exemplar("exemplar, counted"), Some((500, trace(6).unwrap())));
}

#[test]
fn of_scopes_on_all_threads_the_largest_is_kept() {
    let site = site!("exemplar, threads");
    std::thread::scope(|threads| {
        for thread in 1..=4 {
            threads.spawn(move || {
                answered_by(|| trace(7));
                // Sizes of all threads are interleaved, and fall now and then.
                for step in 1..=100 {
                    run(site, 1000 + 10 * (step ^ 5) + thread);
                }
            });
        }
    });
    // No step gives more than 98 ^ 5, which is 103.
    assert_eq!(exemplar("exemplar, threads"), Some((1000 + 10 * 103 + 4, trace(7).unwrap())));
}
