//! Ends of synchronous scopes and guards: returned, failed, panicked, nested and forgotten.

use std::panic::catch_unwind;

use futures::executor::block_on;
use request_arena::{Arena, Outcome, RequestScope, Site, report, request_arena, scope, try_scope};

use crate::support::{
    alone, alone_on_a_fresh_thread, every_arena_comes_back, figures, on_a_fresh_thread, panic_of,
};

#[test]
fn a_scope_that_returns() {
    static SITE: Site = Site::new("returns", module_path!(), file!(), line!());
    every_arena_comes_back(&SITE, 1, || assert_eq!(scope(&SITE, |arena| *arena.alloc(5)), 5));
    assert_eq!(figures(&SITE).outcomes.returned, figures(&SITE).resets);
}

#[test]
fn a_scope_that_allocates_nothing_is_counted_too() {
    alone_on_a_fresh_thread(|| {
        static SITE: Site = Site::new("empty", module_path!(), file!(), line!());
        for _ in 0..3 {
            scope(&SITE, |_| ());
        }
        assert_eq!(
            (figures(&SITE).outcomes.returned, figures(&SITE).resets, figures(&SITE).live_scopes),
            (3, 3, 0)
        );
    });
}

#[test]
fn a_scope_whose_result_is_an_error() {
    static SITE: Site = Site::new("errors", module_path!(), file!(), line!());
    every_arena_comes_back(&SITE, 3, || {
        assert_eq!(try_scope(&SITE, |arena| Err::<(), _>(arena.alloc_str("no").len())), Err(2));
        assert_eq!(try_scope(&SITE, |arena| Ok::<_, ()>(*arena.alloc(1))), Ok(1));
        // `scope` does not read the result.
        assert_eq!(scope(&SITE, |_| Err::<(), _>(1)), Err(1));
    });
    let outcomes = figures(&SITE).outcomes;
    assert_eq!((outcomes.error, outcomes.returned), (15, 30));
    assert_eq!((outcomes.of(Outcome::Error), outcomes.of(Outcome::Panicked)), (15, 0));
}

#[test]
fn a_scope_that_panics() {
    static SITE: Site = Site::new("panics", module_path!(), file!(), line!());
    every_arena_comes_back(&SITE, 2, || {
        let text = panic_of(|| scope(&SITE, |arena| -> () { panic!("{}", arena.alloc_str("oh")) }));
        assert_eq!(text, "oh");
        let text = panic_of(|| {
            try_scope(&SITE, |arena| -> Result<(), ()> { panic!("{}", arena.alloc(7)) })
        });
        assert_eq!(text, "7");
    });
    assert_eq!(figures(&SITE).outcomes.panicked, figures(&SITE).resets);
}

#[test]
fn a_panic_while_locals_of_the_body_are_dropped_counts() {
    struct Panics;
    impl Drop for Panics {
        fn drop(&mut self) {
            panic!("in a local");
        }
    }
    static SITE: Site = Site::new("local panics", module_path!(), file!(), line!());
    every_arena_comes_back(&SITE, 1, || {
        let text = panic_of(|| {
            scope(&SITE, |arena| {
                arena.alloc(1);
                let _local = arena.alloc_box(Panics);
            });
        });
        assert_eq!(text, "in a local");
    });
    assert_eq!(figures(&SITE).outcomes.panicked, figures(&SITE).resets);
}

#[test]
fn scopes_in_scopes_are_arenas_of_their_own() {
    static OUTER: Site = Site::new("outer", module_path!(), file!(), line!());
    static INNER: Site = Site::new("inner", module_path!(), file!(), line!());
    let way = || {
        scope(&OUTER, |outer| {
            let text = scope(&INNER, |inner| outer.alloc_str(inner.alloc_str("from the inside")));
            let caught =
                catch_unwind(|| scope(&INNER, |inner| -> () { panic!("{}", inner.alloc(1)) }));
            assert!(caught.is_err() && text == "from the inside");
            scope(&OUTER, |again| assert_eq!((again.alloc_str("x").len(), again.used()), (1, 1)));
            assert_eq!(figures(&OUTER).live_scopes, 1);
        });
    };
    every_arena_comes_back(&OUTER, 2, way);
    every_arena_comes_back(&INNER, 2, way);
    assert_eq!((figures(&OUTER).outcomes.returned, figures(&OUTER).outcomes.panicked), (60, 0));
    assert_eq!((figures(&INNER).outcomes.returned, figures(&INNER).outcomes.panicked), (30, 30));
}

#[test]
fn child_scopes_nest_and_a_panic_ends_those_that_it_leaves() {
    static SITE: Site = Site::new("children", module_path!(), file!(), line!());
    every_arena_comes_back(&SITE, 2, || {
        let depth = scope(&SITE, |arena| {
            arena.alloc(0);
            arena.scope(|child| {
                child.alloc([1_u8; 2000]);
                child.scope(|grandchild| {
                    grandchild.alloc([2_u8; 4000]);
                    child.alloc_str("in the child").len() + arena.alloc_str("in the parent").len()
                })
            })
        });
        assert_eq!(depth, 25);
        let text = panic_of(|| {
            scope(&SITE, |arena| {
                let kept = arena.alloc_str("kept");
                let caught = catch_unwind(core::panic::AssertUnwindSafe(|| {
                    arena.scope(|child| {
                        child.scope(|grandchild| -> () { panic!("{}", grandchild.alloc(2)) });
                    });
                }));
                assert!(caught.is_err() && kept == "kept");
                arena.scope(|child| -> () { panic!("{}", child.alloc_str("out")) });
            });
        });
        assert_eq!(text, "out");
    });
    assert_eq!((figures(&SITE).outcomes.returned, figures(&SITE).outcomes.panicked), (15, 15));
}

#[test]
fn a_guard_returns_fails_or_panics() {
    static SITE: Site = Site::new("guard", module_path!(), file!(), line!());
    every_arena_comes_back(&SITE, 3, || {
        let mut owner = RequestScope::enter(&SITE);
        owner.arena().alloc_str("one handle");
        assert_eq!(owner.arena().alloc_str("and later another").len(), 17);
        assert_eq!(figures(&SITE).live_scopes, 1);
        drop(owner);
        let mut failed = RequestScope::enter(&SITE);
        failed.arena().alloc(1);
        failed.fail();
        drop(failed);
        panic_of(|| {
            let mut owner = RequestScope::enter(&SITE);
            panic!("{}", owner.arena().alloc(1));
        });
    });
    let outcomes = figures(&SITE).outcomes;
    assert_eq!((outcomes.returned, outcomes.error, outcomes.panicked), (15, 15, 15));
}

#[test]
fn a_guard_that_failed_and_is_dropped_by_a_panic_stays_an_error() {
    alone_on_a_fresh_thread(|| {
        static SITE: Site = Site::new("failed and panicked", module_path!(), file!(), line!());
        panic_of(|| {
            let owner = RequestScope::enter(&SITE);
            owner.fail();
            panic!("later");
        });
        assert_eq!((figures(&SITE).outcomes.error, figures(&SITE).outcomes.total()), (1, 1));
    });
}

#[test]
fn a_guard_can_be_moved_between_two_handles() {
    alone_on_a_fresh_thread(|| {
        static SITE: Site = Site::new("moved", module_path!(), file!(), line!());
        let mut owner = RequestScope::enter(&SITE);
        owner.arena().defer(|| ());
        owner.arena().fork().alloc_str("in a fork");
        let mut boxed = Box::new(owner);
        boxed.arena().alloc_deferred(String::from("after the first move"));
        let mut owner = *boxed;
        assert!(owner.arena().used() > 0);
        drop(owner);
        assert_eq!((figures(&SITE).outcomes.returned, figures(&SITE).live_scopes), (1, 0));
    });
}

#[test]
fn a_scope_in_a_destructor_that_runs_while_unwinding_returns() {
    alone_on_a_fresh_thread(|| {
        static BY_CALL: Site = Site::new("call in drop", module_path!(), file!(), line!());
        static BY_GUARD: Site = Site::new("guard in drop", module_path!(), file!(), line!());
        struct OpensScopes;
        impl Drop for OpensScopes {
            fn drop(&mut self) {
                assert!(std::thread::panicking());
                scope(&BY_CALL, |arena| assert_eq!(*arena.alloc(1), 1));
                drop(RequestScope::enter(&BY_GUARD));
                let caught = catch_unwind(|| scope(&BY_CALL, |_| -> () { panic!("inner") }));
                assert!(caught.is_err());
            }
        }
        let text = panic_of(|| {
            let _local = OpensScopes;
            panic!("outer");
        });
        assert_eq!(text, "outer");
        assert_eq!(
            (figures(&BY_CALL).outcomes.returned, figures(&BY_CALL).outcomes.panicked),
            (1, 1)
        );
        assert_eq!(
            (figures(&BY_GUARD).outcomes.returned, figures(&BY_GUARD).outcomes.panicked),
            (1, 0)
        );
    });
}

#[test]
fn a_forgotten_guard_leaks_its_arena_and_nothing_worse() {
    static SITE: Site = Site::new("forgotten", module_path!(), file!(), line!());
    let _alone = alone();
    on_a_fresh_thread(|| {
        let mut owner = RequestScope::enter(&SITE);
        let text: *const str = owner.arena().alloc_str("leaked");
        core::mem::forget(owner);
        // SAFETY: the forgotten guard leaks the arena, as this test intends. No one else uses its
        // memory.
        assert_eq!(unsafe { &*text }, "leaked");
        assert_eq!((figures(&SITE).live_scopes, figures(&SITE).resets), (1, 0));
        let before = report().pool.retained_arenas;
        for _ in 0..3 {
            scope(&SITE, |arena| arena.alloc_str("others go on").len());
        }
        assert_eq!(report().pool.retained_arenas, before + 1);
        assert_eq!((figures(&SITE).live_scopes, figures(&SITE).resets), (1, 3));
        // SAFETY: as above.
        assert_eq!(unsafe { &*text }, "leaked");
    });
}

/// Opens a scope in its drop.
struct OpensScopes;

impl Drop for OpensScopes {
    fn drop(&mut self) {
        dropped_within();
    }
}

#[request_arena]
fn dropped_within(arena: Arena<'_>) {
    arena.alloc(1_u8);
}

/// The body's parameters are dropped after its arena, and before the scope reads the result.
#[request_arena]
fn opens_at_its_end(grows: bool, opens: OpensScopes, arena: Arena<'_>) -> Result<(), ()> {
    let _moved_in = &opens;
    arena.alloc_slice_fill_copy(if grows { 1 << 20 } else { 100 }, 1_u8);
    Err(())
}

#[request_arena]
async fn opens_at_its_end_async(
    grows: bool,
    opens: OpensScopes,
    arena: Arena<'_>,
) -> Result<(), ()> {
    let _moved_in = &opens;
    arena.alloc_slice_fill_copy(if grows { 1 << 20 } else { 100 }, 1_u8);
    tokio::task::yield_now().await;
    Err(())
}

#[test]
fn scopes_between_the_end_of_an_arena_and_of_its_scope_are_separate() {
    alone_on_a_fresh_thread(|| {
        for (round, grows) in [(1, false), (2, true), (3, false)] {
            assert_eq!(opens_at_its_end(grows, OpensScopes), Err(()));
            assert_eq!(block_on(opens_at_its_end_async(grows, OpensScopes)), Err(()));
            let report = report();
            let errors =
                |name| report.site(name).map(|site| (site.outcomes.error, site.live_scopes));
            assert_eq!(errors("opens_at_its_end"), Some((round, 0)));
            assert_eq!(errors("opens_at_its_end_async"), Some((round, 0)));
            let within = report
                .site("dropped_within")
                .map(|site| (site.outcomes.returned, site.live_scopes));
            assert_eq!(within, Some((2 * round, 0)));
        }
    });
}
