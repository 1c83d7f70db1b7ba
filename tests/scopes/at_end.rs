//! Deferred work: its order, its panics, and the calls that it may make.

use std::sync::{Arc, Mutex, mpsc};

use request_arena::{Arena, RequestScope, Site, scope, scope_async};

use crate::support::{
    alone_on_a_fresh_thread, every_arena_comes_back, figures, panic_of, pause, poll_at_most,
};

/// The order of events.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<&'static str>>>);

/// Records its drop.
struct Noted(Log, &'static str);

impl Log {
    fn note(&self, what: &'static str) {
        self.0.lock().unwrap().push(what);
    }

    fn noted(&self, what: &'static str) -> Noted {
        Noted(self.clone(), what)
    }

    fn later(&self, what: &'static str) -> impl FnOnce() + Send + 'static {
        let log = self.clone();
        move || log.note(what)
    }

    fn take(&self) -> Vec<&'static str> {
        core::mem::take(&mut self.0.lock().unwrap())
    }
}

impl Drop for Noted {
    fn drop(&mut self) {
        self.0.note(self.1);
    }
}

#[test]
fn closures_and_values_run_last_in_first_out_after_the_body() {
    static SITE: Site = Site::new("order", module_path!(), file!(), line!());
    every_arena_comes_back(&SITE, 1, || {
        let log = Log::default();
        scope(&SITE, |arena| {
            arena.defer(log.later("first"));
            arena.alloc_deferred(log.noted("second"));
            arena.alloc([0_u8; 5000]);
            arena.defer(log.later("third"));
            let _local = log.noted("local");
            log.note("body");
        });
        assert_eq!(log.take(), ["body", "local", "third", "second", "first"]);
    });
}

#[test]
fn the_order_goes_on_through_forks_and_their_forks() {
    static SITE: Site = Site::new("order of forks", module_path!(), file!(), line!());
    every_arena_comes_back(&SITE, 1, || {
        let log = Log::default();
        scope(&SITE, |arena| {
            arena.defer(log.later("1 before the fork"));
            let fork = arena.fork();
            arena.defer(log.later("4 after the fork"));
            fork.defer(log.later("2 in the fork"));
            fork.fork().defer(log.later("3 in the fork's fork"));
        });
        let expected =
            ["4 after the fork", "3 in the fork's fork", "2 in the fork", "1 before the fork"];
        assert_eq!(log.take(), expected);
    });
}

#[test]
fn a_child_scope_runs_its_own_at_its_own_end() {
    static SITE: Site = Site::new("order of children", module_path!(), file!(), line!());
    every_arena_comes_back(&SITE, 1, || {
        let log = Log::default();
        scope(&SITE, |arena| {
            arena.defer(log.later("parent"));
            arena.scope(|child| {
                child.defer(log.later("child"));
                arena.defer(log.later("parent, from the child"));
                log.note("body of the child");
            });
            log.note("after the child");
        });
        let expected =
            ["body of the child", "child", "after the child", "parent, from the child", "parent"];
        assert_eq!(log.take(), expected);
    });
}

#[test]
fn one_that_panics_does_not_stop_the_others_and_its_panic_goes_on() {
    static SITE: Site = Site::new("panic at the end", module_path!(), file!(), line!());
    every_arena_comes_back(&SITE, 1, || {
        let log = Log::default();
        let text = panic_of(|| {
            scope(&SITE, |arena| {
                arena.defer(log.later("first"));
                arena.defer(|| panic!("the second panic"));
                arena.fork().alloc_deferred(log.noted("in a fork"));
                arena.fork().defer(|| panic!("the first panic"));
                arena.alloc_deferred(log.noted("last"));
            });
        });
        assert_eq!(text, "the first panic");
        assert_eq!(log.take(), ["last", "in a fork", "first"]);
    });
    assert_eq!(figures(&SITE).outcomes.panicked, figures(&SITE).resets);
}

#[test]
fn a_body_that_panicked_keeps_its_own_panic() {
    static SITE: Site = Site::new("panic twice", module_path!(), file!(), line!());
    every_arena_comes_back(&SITE, 1, || {
        let log = Log::default();
        let text = panic_of(|| {
            scope(&SITE, |arena| {
                arena.defer(log.later("ran"));
                arena.defer(|| panic!("at the end"));
                panic!("in the body");
            });
        });
        assert_eq!((text.as_str(), log.take()), ("in the body", vec!["ran"]));
    });
    assert_eq!(figures(&SITE).outcomes.panicked, figures(&SITE).resets);
}

#[test]
fn a_panic_at_the_end_of_a_guard_or_a_child_goes_on() {
    static GUARD: Site = Site::new("guard's end", module_path!(), file!(), line!());
    static CHILD: Site = Site::new("child's end", module_path!(), file!(), line!());
    every_arena_comes_back(&GUARD, 1, || {
        let text = panic_of(|| RequestScope::enter(&GUARD).arena().defer(|| panic!("guard")));
        assert_eq!(text, "guard");
    });
    every_arena_comes_back(&CHILD, 1, || {
        let text = panic_of(|| {
            scope(&CHILD, |arena| arena.scope(|child| child.defer(|| panic!("child"))));
        });
        assert_eq!(text, "child");
    });
    assert_eq!(figures(&GUARD).outcomes.panicked, figures(&GUARD).resets);
    assert_eq!(figures(&CHILD).outcomes.panicked, figures(&CHILD).resets);
}

#[test]
fn a_deferred_closure_may_run_scopes_itself() {
    static SITE: Site = Site::new("scope at the end", module_path!(), file!(), line!());
    every_arena_comes_back(&SITE, 3, || {
        let (sender, receiver) = mpsc::channel();
        scope(&SITE, |arena| {
            arena.alloc(1_u64);
            arena.defer(move || {
                let sum = scope(&SITE, |arena| {
                    arena.defer(|| scope(&SITE, |arena| assert_eq!(*arena.alloc(3), 3)));
                    *arena.alloc(1) + *arena.fork().alloc(2)
                });
                sender.send(sum).unwrap();
            });
        });
        assert_eq!(receiver.recv(), Ok(3));
    });
}

#[test]
fn deferred_work_runs_when_the_body_panics_or_its_future_is_dropped() {
    alone_on_a_fresh_thread(|| {
        static SITE: Site = Site::new("deferred, cancelled", module_path!(), file!(), line!());
        let log = Log::default();
        panic_of(|| {
            scope(&SITE, |arena| {
                arena.defer(log.later("panicked"));
                panic!("in the body");
            });
        });
        let future = |note: &'static str| {
            let log = log.clone();
            scope_async(&SITE, async move |arena: Arena<'_>| {
                arena.defer(log.later(note));
                pause().await;
            })
        };
        assert_eq!(poll_at_most(future("never begun"), 0), None);
        assert_eq!(poll_at_most(future("cancelled"), 1), None);
        assert_eq!(poll_at_most(future("returned"), 2), Some(()));
        assert_eq!(log.take(), ["panicked", "cancelled", "returned"]);
        let outcomes = figures(&SITE).outcomes;
        assert_eq!(
            (outcomes.panicked, outcomes.cancelled, outcomes.returned, outcomes.total()),
            (1, 1, 1, 3)
        );
    });
}

#[test]
fn a_panic_at_the_end_of_a_dropped_future_goes_on_and_it_counts_as_cancelled() {
    static SITE: Site = Site::new("panic at cancel", module_path!(), file!(), line!());
    every_arena_comes_back(&SITE, 1, || {
        let future = scope_async(&SITE, async |arena| {
            arena.defer(|| panic!("at the end"));
            pause().await;
        });
        assert_eq!(panic_of(|| poll_at_most(future, 1)), "at the end");
    });
    assert_eq!(figures(&SITE).outcomes.cancelled, figures(&SITE).resets);
}

#[test]
fn a_panic_at_the_end_of_a_future_that_returned_counts_as_panicked() {
    alone_on_a_fresh_thread(|| {
        static SITE: Site = Site::new("panic at return", module_path!(), file!(), line!());
        let future = scope_async(&SITE, async |arena| {
            pause().await;
            arena.defer(|| panic!("at the end"));
        });
        assert_eq!(panic_of(|| poll_at_most(future, 9)), "at the end");
        assert_eq!((figures(&SITE).outcomes.panicked, figures(&SITE).outcomes.total()), (1, 1));
    });
}

#[test]
fn over_aligned_and_zero_sized_values_are_deferred_too() {
    alone_on_a_fresh_thread(|| {
        #[repr(align(128))]
        struct Wide(Noted);
        struct Nothing;
        static DROPS: Mutex<u32> = Mutex::new(0);
        impl Drop for Nothing {
            fn drop(&mut self) {
                *DROPS.lock().unwrap() += 1;
            }
        }
        static SITE: Site = Site::new("wide", module_path!(), file!(), line!());
        let log = Log::default();
        scope(&SITE, |arena| {
            for _ in 0..10 {
                arena.alloc(1_u8);
                let wide = arena.alloc_deferred(Wide(log.noted("wide")));
                assert!(core::ptr::from_ref(wide).addr() % 128 == 0 && wide.0.1 == "wide");
                arena.alloc_deferred(Nothing);
            }
        });
        assert_eq!((log.take().len(), *DROPS.lock().unwrap()), (10, 10));
    });
}

/// A panic payload that panics when it is dropped.
struct Malicious;

impl Drop for Malicious {
    fn drop(&mut self) {
        panic!("from a panic's payload");
    }
}

#[test]
fn a_payload_that_panics_when_dropped_does_not_stop_the_others() {
    static SITE: Site = Site::new("malicious payload", module_path!(), file!(), line!());
    let log = Log::default();
    let text = panic_of(|| {
        scope(&SITE, |arena| {
            arena.defer(log.later("oldest"));
            arena.defer(|| std::panic::panic_any(Malicious));
            arena.defer(|| panic!("newest"));
            arena.alloc_slice_fill_copy(1000, 0_u8).len()
        })
    });
    assert_eq!((text.as_str(), log.take()), ("newest", vec!["oldest"]));
    let site = figures(&SITE);
    assert_eq!((site.outcomes.panicked, site.live_scopes), (1, 0));
    assert!(site.used.max >= 1000);
}
