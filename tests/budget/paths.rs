//! Each path by itself, until the budget refuses it.

use core::ops::ControlFlow;
use std::io::Write;

use request_arena::collections::{HashMap, Vec, fallible, owned};
use request_arena::{
    Arena, ArenaError, RefusedBy, Site, request_arena, scope, try_format, try_scope,
};

use super::under;
use crate::support::{figures, panic_of};

const BUDGET: usize = 300_000;

fn until_refused(mut allocate: impl FnMut() -> Result<(), ArenaError>) -> ArenaError {
    let refused = (0..1_000_000).try_for_each(|_| match allocate() {
        Ok(()) => ControlFlow::Continue(()),
        Err(error) => ControlFlow::Break(error),
    });
    let ControlFlow::Break(error) = refused else { panic!("never refused") };
    error
}

macro_rules! refused_at_the_budget {
    ($($name:ident: |$arena:ident| $allocate:expr;)+) => {$(
        #[test]
        fn $name() {
            static SITE: Site = Site::new(stringify!($name), module_path!(), file!(), line!());
            let budget = under(BUDGET);
            scope(&SITE, |$arena| {
                let error = until_refused(|| $allocate.map(|_| ()));
                assert_eq!((error.refused_by(), error.limit()), (RefusedBy::Budget, Some(BUDGET)));
                assert!(error.reserved() > BUDGET / 4, "{error}");
                let expected = format!(
                    "the service is at its budget for arenas: the arena of `{}`",
                    SITE.name()
                );
                assert!(error.to_string().starts_with(&expected), "{error}");
                budget.held();
            });
            budget.held();
            let site = figures(&SITE);
            assert_eq!((site.outcomes.returned, site.budget_refusals, site.refusals), (1, 1, 0));
        }
    )+};
}

refused_at_the_budget! {
    values: |arena| arena.try_alloc([0_u64; 5]);
    boxes: |arena| arena.try_alloc_box([0_u8; 77]).map(request_arena::Box::leak);
    deferred_values: |arena| arena.try_alloc_deferred([0_u64; 10]);
    slices: |arena| arena.try_alloc_slice_fill_copy(333, 1_u8);
    large_slices: |arena| arena.try_alloc_slice_uninit::<u64>(3000);
    iterators: |arena| arena.try_alloc_from_iter([1_u8; 1000]);
    texts: |arena| arena.try_alloc_str("twelve bytes");
    formats: |arena| try_format!(in arena, "eleven byte");
    children_in_a_child: |arena| arena.scope(|child| until_refused_in(&child));
}

fn until_refused_in(arena: &Arena<'_>) -> Result<(), ArenaError> {
    Err(until_refused(|| arena.try_alloc([0_u8; 100]).map(|_| ())))
}

#[test]
fn forks() {
    static SITE: Site = Site::new("forks", module_path!(), file!(), line!());
    let budget = under(BUDGET);
    scope(&SITE, |arena| {
        let mut made = 0;
        let error = until_refused(|| {
            made += 1;
            arena.try_fork()?.try_alloc_slice_fill_copy(1000, 0_u8).map(drop)
        });
        assert_eq!((error.refused_by(), error.reserved()), (RefusedBy::Budget, 0));
        assert!(made > BUDGET / 5000, "{made}");
        budget.held();
    });
    budget.held();
}

#[test]
fn growing_collections_panic_and_do_not_abort() {
    static SITE: Site = Site::new("collections", module_path!(), file!(), line!());
    let budget = under(BUDGET);
    let texts = [
        panic_of(|| {
            scope(&SITE, |arena| {
                let mut list = Vec::new_in(&arena);
                loop {
                    list.push(1_u64);
                }
            })
        }),
        panic_of(|| {
            scope(&SITE, |arena| {
                let mut text = owned::String::new_in(arena.fork());
                loop {
                    text.push_str("word");
                }
            })
        }),
        panic_of(|| {
            scope(&SITE, |arena| {
                let mut map = HashMap::new_in(&arena);
                for number in 0_u64.. {
                    map.insert(number, number);
                }
            });
        }),
        panic_of(|| scope(&SITE, |arena| arena.alloc_slice_fill_copy(BUDGET, 0_u8).len())),
    ];
    let is_refused = |text: &String| text.contains("the service is at its budget for arenas");
    assert!(texts.iter().all(is_refused), "{texts:?}");
    budget.held();
    assert_eq!(figures(&SITE).outcomes.limit_exceeded, 4);
    assert_eq!(figures(&SITE).budget_refusals, 4);
    scope(&SITE, |arena| {
        let mut list = fallible::Vec::<u8>::new_in(arena.fallible());
        assert!(list.try_reserve(BUDGET).is_err());
        assert!(list.try_reserve(BUDGET / 3).is_ok());
    });
    budget.held();
}

#[test]
fn response_buffers_in_their_scope_and_after_it() {
    static SITE: Site = Site::new("buffers", module_path!(), file!(), line!());
    let budget = under(BUDGET);
    let mut left = scope(&SITE, |arena| {
        let mut buffer = arena.buffer();
        buffer.try_extend(&[7; 100_000]).expect("within the budget");
        buffer
    });
    let error = until_refused(|| left.try_extend(&[7; 10_000]));
    assert_eq!((error.refused_by(), error.requested()), (RefusedBy::Budget, 10_000));
    assert_eq!(left.refusal(), Some(error));
    assert!(left.write(&[7; 100_000]).is_err_and(|error| error.to_string().contains("budget")));
    budget.held();
    // What the response holds, no arena can take.
    let refused = scope(&SITE, |arena| arena.try_alloc_slice_fill_copy(200_000, 0_u8).map(drop));
    assert_eq!(refused.map_err(|error| error.refused_by()), Err(RefusedBy::Budget));
    drop(left);
    scope(&SITE, |arena| assert!(arena.try_alloc_slice_fill_copy(200_000, 0_u8).is_ok()));
    budget.held();
    let text = panic_of(|| scope(&SITE, |arena| arena.buffer_with_capacity(400_000).capacity()));
    assert!(text.contains("the service is at its budget for arenas"), "{text}");
    assert_eq!(figures(&SITE).budget_refusals, 4);
}

#[test]
fn the_lower_of_limit_and_budget_refuses_and_says_so() {
    static SMALL: Site =
        Site::new("small limit", module_path!(), file!(), line!()).with_limit(50_000);
    static LARGE: Site =
        Site::new("large limit", module_path!(), file!(), line!()).with_limit(1 << 30);
    let budget = under(BUDGET);
    let fill = |site: &'static Site, forks: bool| {
        scope(site, |arena| {
            let _fork = forks.then(|| arena.fork());
            until_refused(|| arena.try_alloc([0_u8; 700]).map(|_| ()))
        })
    };
    for forks in [false, true] {
        let small = fill(&SMALL, forks);
        assert_eq!((small.refused_by(), small.limit()), (RefusedBy::Limit, Some(50_000)));
        let large = fill(&LARGE, forks);
        assert_eq!((large.refused_by(), large.limit()), (RefusedBy::Budget, Some(BUDGET)));
    }
    budget.held();
    assert_eq!((figures(&SMALL).refusals, figures(&SMALL).budget_refusals), (2, 0));
    assert_eq!((figures(&LARGE).refusals, figures(&LARGE).budget_refusals), (0, 2));
}

#[test]
fn on_limit_answers_the_budget() {
    fn status(error: &ArenaError) -> u16 {
        match error.refused_by() {
            RefusedBy::Limit => 413,
            _ => 503,
        }
    }

    #[request_arena(limit = "1 GiB", on_limit = 503)]
    fn handler(arena: Arena<'_>, bytes: usize) -> u16 {
        arena.alloc_slice_fill_copy(bytes, 0_u8);
        200
    }

    #[request_arena(name = "without a limit", on_limit = 503)]
    fn unlimited(arena: Arena<'_>, bytes: usize) -> u16 {
        arena.alloc_slice_fill_copy(bytes, 0_u8);
        200
    }

    static SITE: Site = Site::new("statuses", module_path!(), file!(), line!());
    let budget = under(BUDGET);
    for bytes in [1000, 2 * BUDGET, 1000] {
        let expected = if bytes == 1000 { 200 } else { 503 };
        assert_eq!((handler(bytes), unlimited(bytes)), (expected, expected));
        let answer = try_scope(&SITE, |arena| {
            arena.try_alloc_slice_fill_copy(bytes, 0_u8).map(|_| 200).map_err(|e| status(&e))
        });
        assert_eq!(answer, if expected == 200 { Ok(200) } else { Err(503) });
    }
    budget.held();
    let report = request_arena::report();
    for name in ["handler", "without a limit"] {
        let site = report.site(name).expect("it has run");
        assert_eq!((site.outcomes.limit_exceeded, site.budget_refusals), (1, 1));
    }
}
