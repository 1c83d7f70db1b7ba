//! Code that allocates through `&Bump` gets bytes in advance, and cannot exceed them.

use request_arena::{Arena, Bump, Site, report, request_arena, scope};

use super::under;
use crate::support::{figures, panic_of};

const BUDGET: usize = 1 << 20;

fn fill(bump: &Bump, bytes: usize) -> usize {
    (0..1_000_000).take_while(|_| bump.try_alloc_slice_fill_copy(bytes, 1_u8).is_ok()).count()
}

#[test]
fn raw_bumps_stay_within_the_budget_together() {
    static SITE: Site = Site::new("raw", module_path!(), file!(), line!());
    static LIMITED: Site =
        Site::new("raw limited", module_path!(), file!(), line!()).with_limit(200_000);
    let budget = under(BUDGET);
    for site in [&SITE, &LIMITED] {
        for bytes in [30, 700, 9000] {
            scope(site, |arena| {
                assert!(fill(arena.bump(), bytes) * bytes > 60_000, "half of the budget");
                scope(site, |other| fill(other.into_bump(), bytes));
                // An arena at its limit has no room for a fork.
                if let Ok(fork) = arena.try_fork() {
                    fill(fork.bump(), bytes);
                }
                arena.scope(|child| fill(child.bump(), bytes));
                fill(arena.into_bump(), bytes);
                // The rest is of use to others, but never more than there is.
                scope(&SITE, |other| while other.try_alloc([0_u8; 500]).is_ok() {});
                let most = crate::MOST.load(std::sync::atomic::Ordering::SeqCst);
                assert!(most <= BUDGET, "{most}");
            });
            budget.held();
        }
    }
}

#[test]
fn a_limit_says_how_much_a_raw_bump_gets_in_advance() {
    static SITE: Site =
        Site::new("raw reserved", module_path!(), file!(), line!()).with_limit(100_000);
    let budget = under(BUDGET);
    scope(&SITE, |arena| {
        let before = report().budget.taken_bytes;
        let bump = arena.bump();
        let reserved = report().budget.taken_bytes - before;
        assert!((100_000..115_000).contains(&reserved), "{reserved}");
        // The budget cannot refuse these bytes any more.
        scope(&SITE, |other| while other.try_alloc([0_u8; 500]).is_ok() {});
        assert!(bump.try_alloc_slice_fill_copy(90_000, 0_u8).is_ok());
        // The handle gives back what the raw code does not need.
        assert!(arena.try_alloc_slice_fill_copy(90_000, 0_u8).is_err());
    });
    budget.held();
}

#[test]
fn a_raw_bump_gets_the_memory_of_the_pool() {
    static SITE: Site = Site::new("raw after the pool", module_path!(), file!(), line!());
    static OTHER: Site = Site::new("fills the pool", module_path!(), file!(), line!());
    let budget = under(BUDGET);
    scope(&OTHER, |arena| {
        let forks = [(); 6].map(|()| arena.fork());
        forks.iter().for_each(|fork| _ = fork.alloc_slice_fill_copy(130_000, 0_u8));
    });
    assert!(report().pool.retained_bytes > BUDGET / 2, "{:?}", report().pool);
    scope(&SITE, |arena| assert!(fill(arena.bump(), 400_000) == 1));
    budget.held();
}

#[test]
fn a_refused_raw_bump_is_answered_by_on_limit() {
    #[request_arena(name = "raw answered", on_limit = 503)]
    fn handler(bump: &Bump) -> u16 {
        bump.alloc_slice_fill_copy(2 * BUDGET, 0_u8);
        200
    }

    static SITE: Site = Site::new("raw panics", module_path!(), file!(), line!());
    let budget = under(BUDGET);
    assert_eq!(handler(), 503);
    let site = report();
    let site = site.site("raw answered").expect("it has run");
    assert_eq!((site.outcomes.limit_exceeded, site.budget_refusals), (1, 1));
    let text =
        panic_of(|| scope(&SITE, |arena| arena.bump().alloc_slice_fill_copy(2 * BUDGET, 0_u8)[0]));
    assert_eq!((text.as_str(), figures(&SITE).outcomes.panicked), ("out of memory", 1));
    budget.held();
}

#[test]
fn what_a_raw_bump_from_before_the_budget_took_counts_when_it_ends() {
    static SITE: Site = Site::new("raw before", module_path!(), file!(), line!());
    let budget = under(4 << 20);
    request_arena::configure(|settings| settings.budget = None);
    let used = |arena: Arena<'_>| {
        let bump = arena.bump();
        request_arena::configure(|settings| settings.budget = Some(4 << 20));
        bump.alloc_slice_fill_copy(500_000, 0_u8);
        let bump = arena.bump();
        assert!(report().budget.taken_bytes > 500_000, "counted when requested again");
        bump.alloc_slice_fill_copy(100_000, 0_u8);
    };
    scope(&SITE, used);
    budget.held();
}
