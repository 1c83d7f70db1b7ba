//! Scopes that begin on one thread and end on another, and threads that end while they own scopes.

use std::sync::mpsc;

use request_arena::{RequestScope, Site, report, scope};

use crate::support::{alone, alone_on_a_fresh_thread, figures, on_a_fresh_thread};

#[test]
fn a_guard_dropped_on_another_thread_brings_its_arena_to_that_thread() {
    static SITE: Site = Site::new("guard elsewhere", module_path!(), file!(), line!());
    let _alone = alone();
    on_a_fresh_thread(|| {
        let before = report().pool.retained_arenas;
        let owner = on_a_fresh_thread(|| {
            let mut owner = RequestScope::enter(&SITE);
            owner.arena().alloc_str("made there");
            owner.arena().fork().alloc_str("made there too");
            owner.arena().defer(|| ());
            owner
        });
        assert_eq!(figures(&SITE).live_scopes, 1);
        drop(owner);
        assert_eq!(report().pool.retained_arenas, before + 2);
        assert_eq!((figures(&SITE).live_scopes, figures(&SITE).outcomes.returned), (0, 1));
        let chunks = figures(&SITE).chunks;
        assert_eq!(scope(&SITE, |arena| *arena.alloc(1) + *arena.fork().alloc(1)), 2);
        assert_eq!(figures(&SITE).chunks, chunks, "the next scope here uses them");
    });
}

#[test]
fn deferred_drops_run_on_the_thread_that_ends_the_scope() {
    static SITE: Site = Site::new("deferred elsewhere", module_path!(), file!(), line!());
    alone_on_a_fresh_thread(|| {
        let (sender, receiver) = mpsc::channel();
        let mut owner = RequestScope::enter(&SITE);
        owner.arena().defer(move || sender.send(std::thread::current().id()).unwrap());
        let other = on_a_fresh_thread(move || {
            drop(owner);
            std::thread::current().id()
        });
        assert_eq!(receiver.recv(), Ok(other));
    });
}

#[test]
fn arenas_of_a_thread_are_freed_with_it() {
    static SITE: Site = Site::new("ended thread", module_path!(), file!(), line!());
    let _alone = alone();
    let before = report().pool;
    on_a_fresh_thread(|| {
        for _ in 0..3 {
            assert_eq!(scope(&SITE, |arena| *arena.fork().alloc(1) + *arena.fork().alloc(1)), 2);
        }
        assert!(report().pool.retained_arenas > before.retained_arenas);
    });
    // The thread may have taken arenas from the shared list, and freed them at its end.
    assert!(report().pool.retained_arenas <= before.retained_arenas);
}

#[test]
fn a_scope_in_the_destructor_of_a_threads_local_works() {
    static SITE: Site = Site::new("thread local", module_path!(), file!(), line!());
    struct Opens;
    impl Drop for Opens {
        fn drop(&mut self) {
            scope(&SITE, |arena| {
                arena.defer(|| ());
                assert_eq!(*arena.fork().alloc(1) + *arena.alloc(2), 3);
            });
        }
    }
    thread_local! {
        static EARLY: Opens = const { Opens };
        static LATE: Opens = const { Opens };
    }
    alone_on_a_fresh_thread(|| {
        on_a_fresh_thread(|| {
            EARLY.with(|_| ());
            scope(&SITE, |arena| *arena.alloc(1));
            LATE.with(|_| ());
        });
        let site = figures(&SITE);
        assert_eq!((site.outcomes.returned, site.live_scopes, site.resets), (3, 0, 3));
    });
}

#[test]
fn a_scope_held_in_a_threads_local_ends_with_the_thread() {
    static SITE: Site = Site::new("held by a thread", module_path!(), file!(), line!());
    thread_local! {
        static HELD: core::cell::RefCell<Option<RequestScope>> = const {
            core::cell::RefCell::new(None)
        };
    }
    alone_on_a_fresh_thread(|| {
        on_a_fresh_thread(|| {
            let mut owner = RequestScope::enter(&SITE);
            owner.arena().alloc_deferred(String::from("held"));
            HELD.set(Some(owner));
            assert_eq!(figures(&SITE).live_scopes, 1);
        });
        assert_eq!((figures(&SITE).live_scopes, figures(&SITE).outcomes.returned), (0, 1));
    });
}

/// No expansion does this: the arena ends on a thread that ends before the run.
#[test]
fn an_arena_that_ends_on_a_thread_that_is_gone_keeps_its_slot_until_its_visit_ends() {
    use request_arena::__private::{Outcome, ScopeRun};

    static APART: Site = Site::new("apart", module_path!(), file!(), line!());
    static OTHER: Site = Site::new("beside apart", module_path!(), file!(), line!());
    let _alone = alone();
    for _ in 0..4 {
        let (run, token) = ScopeRun::of_call(&APART);
        std::thread::spawn(move || {
            let mut arena = token.enter();
            arena.arena().alloc([1_u8; 100]);
        })
        .join()
        .unwrap();
        // These would get its slot if it were free.
        let others: Vec<_> = (0..6).map(|_| ScopeRun::of_call(&OTHER)).collect();
        run.end(Outcome::Returned);
        for (run, token) in others {
            drop(token.enter());
            run.end(Outcome::Error);
        }
    }
    let report = report();
    let (apart, other) = (report.site("apart").unwrap(), report.site("beside apart").unwrap());
    assert_eq!((apart.outcomes.returned, apart.live_scopes, apart.used.max), (4, 0, 100));
    assert_eq!((other.outcomes.error, other.live_scopes, other.used.max), (24, 0, 0));
}

#[test]
#[should_panic = "no scope is being polled"]
fn an_arena_is_handed_over_by_a_poll_alone() {
    let _ = request_arena::__private::opened();
}
