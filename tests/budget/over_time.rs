//! A budget that is set, changed and removed while arenas exist.

use request_arena::{RefusedBy, RequestScope, Site, configure, report, scope};

use super::under;
use crate::support::on_a_fresh_thread;

fn set(bytes: usize) {
    configure(|settings| settings.budget = Some(bytes));
}

#[test]
fn arenas_from_before_the_budget_count() {
    static SITE: Site = Site::new("before", module_path!(), file!(), line!());
    let budget = under(usize::MAX);
    configure(|settings| settings.budget = None);
    scope(&SITE, |arena| {
        arena.alloc_slice_fill_copy(500_000, 0_u8);
        set(800_000);
        assert!(report().budget.taken_bytes > 500_000);
        let error = arena.try_alloc_slice_fill_copy(400_000, 0_u8).map(drop).unwrap_err();
        assert_eq!((error.refused_by(), error.limit()), (RefusedBy::Budget, Some(800_000)));
        assert!(arena.try_alloc_slice_fill_copy(200_000, 0_u8).is_ok());
    });
    budget.held();
}

#[test]
fn a_lower_budget_frees_the_pool_and_refuses_until_requests_end() {
    static SITE: Site = Site::new("lowered", module_path!(), file!(), line!());
    let budget = under(4 << 20);
    on_a_fresh_thread(|| {
        scope(&SITE, |arena| _ = arena.alloc_slice_fill_copy(300_000, 0_u8));
        assert!(report().pool.retained_bytes >= 300_000);
        let mut open = RequestScope::enter(&SITE);
        open.arena().alloc_slice_fill_copy(500_000, 0_u8);
        scope(&SITE, |arena| _ = arena.alloc_slice_fill_copy(200_000, 0_u8));
        set(100_000);
        assert_eq!(report().pool.retained_bytes, 0, "the pool gave back what it could");
        assert!(report().budget.taken_bytes > 500_000);
        let refused = scope(&SITE, |arena| arena.try_alloc(1_u8).map(drop));
        assert_eq!(refused.map_err(|error| error.refused_by()), Err(RefusedBy::Budget));
        drop(open);
        scope(&SITE, |arena| assert!(arena.try_alloc(1_u8).is_ok()));
        // A larger budget is in force at once.
        set(4 << 20);
        scope(&SITE, |arena| assert!(arena.try_alloc_slice_fill_copy(2 << 20, 0_u8).is_ok()));
    });
    budget.held();
}

#[test]
fn a_forgotten_scope_counts_for_ever() {
    static SITE: Site = Site::new("forgotten", module_path!(), file!(), line!());
    let budget = under(1 << 20);
    let before = report().budget.taken_bytes;
    let mut owner = RequestScope::enter(&SITE);
    owner.arena().alloc_slice_fill_copy(10_000, 0_u8);
    core::mem::forget(owner);
    request_arena::trim();
    assert!(report().budget.taken_bytes >= before + 10_000);
    budget.held();
}

#[test]
fn without_a_budget_nothing_is_refused_and_everything_counted() {
    static SITE: Site = Site::new("without", module_path!(), file!(), line!());
    let budget = under(100_000);
    configure(|settings| settings.budget = None);
    scope(&SITE, |arena| {
        arena.alloc_slice_fill_copy(1 << 20, 0_u8);
        let read = report().budget;
        assert_eq!(read.limit_bytes, None);
        assert_eq!(read.taken_bytes, crate::HELD.load(std::sync::atomic::Ordering::SeqCst));
    });
    drop(budget);
}
