//! Sizes that no machine has. They are refused at once, and change nothing for other requests.

use request_arena::{ArenaError, RefusedBy, Site, report, scope, trim};

use super::under;
use crate::support::{alone, figures, on_a_fresh_thread};

/// The largest size of a layout, and sizes around the parts of it that the account can hold.
const HUGE: [usize; 5] = {
    let most = isize::MAX as usize;
    [most - 100, most - 100_000, most - (1 << 30), most / 2, most >> 12]
};

fn refused(by: RefusedBy, limit: Option<usize>) -> impl Fn(Result<(), ArenaError>) {
    move |result| {
        let error = result.unwrap_err();
        assert_eq!((error.refused_by(), error.limit()), (by, limit), "{error}");
    }
}

/// Asks on each path for each size.
fn ask(site: &'static Site, check: impl Fn(Result<(), ArenaError>)) {
    for size in HUGE {
        scope(site, |arena| {
            check(arena.try_alloc_slice_uninit::<u8>(size).map(drop));
            check(arena.buffer().try_reserve(size));
            check(
                arena.try_fork().and_then(|fork| fork.try_alloc_slice_uninit::<u8>(size).map(drop)),
            );
        });
    }
}

#[test]
fn without_a_budget_the_budget_refuses_nothing() {
    static SITE: Site = Site::new("huge", module_path!(), file!(), line!());
    let _alone = alone();
    on_a_fresh_thread(|| {
        scope(&SITE, |arena| assert!(arena.try_alloc_slice_fill_copy(50_000, 1_u8).is_ok()));
        let before = report().pool;
        assert!(before.retained_bytes >= 50_000);
        ask(&SITE, refused(RefusedBy::Allocator, None));
        assert_eq!(figures(&SITE).budget_refusals, 0);
        let after = report().pool;
        assert_eq!(after.discarded.trimmed, before.discarded.trimmed, "no request gains by it");
        assert!(after.retained_bytes >= 50_000);
    });
    trim();
}

#[test]
fn under_a_budget_it_is_the_budget_that_refuses() {
    static SITE: Site = Site::new("huge, budget", module_path!(), file!(), line!());
    let budget = under(300_000);
    ask(&SITE, refused(RefusedBy::Budget, Some(300_000)));
    budget.held();
}

/// Other threads ask for a few bytes meanwhile, and each of them is served.
#[test]
fn requests_for_huge_sizes_do_not_refuse_small_ones() {
    static HUGE_ONES: Site = Site::new("huge ones", module_path!(), file!(), line!());
    static SMALL_ONES: Site = Site::new("small ones", module_path!(), file!(), line!());
    let _alone = alone();
    std::thread::scope(|threads| {
        for _ in 0..2 {
            threads.spawn(|| {
                for _ in 0..500 {
                    ask(&HUGE_ONES, |result| assert!(result.is_err()));
                }
            });
        }
        for _ in 0..2_000 {
            scope(&SMALL_ONES, |arena| {
                let _ = arena.bump();
                assert!(arena.try_alloc_slice_fill_copy(100_000, 1_u8).is_ok());
            });
            trim();
        }
    });
    assert_eq!(figures(&HUGE_ONES).budget_refusals, 0);
}
