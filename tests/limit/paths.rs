//! Each path by itself: values, slices, text, collections, forks, child scopes, the raw `Bump`, and
//! arenas from the pool.

use core::ops::ControlFlow;

use request_arena::collections::{HashMap, Vec, owned};
use request_arena::{Arena, ArenaError, Site, scope, try_format};

use crate::held;
use crate::support::{figures, on_a_fresh_thread, panic_of};

const LIMIT: usize = 32 << 10;

/// Repeats `allocate` until the arena refuses, and checks that `reserved` never exceeds the limit.
fn until_refused(
    arena: &Arena<'_>,
    mut allocate: impl FnMut() -> Result<(), ArenaError>,
) -> ArenaError {
    let refused = (0..1_000_000).try_for_each(|_| match allocate() {
        Ok(()) => ControlFlow::Continue(()),
        Err(error) => ControlFlow::Break(error),
    });
    let ControlFlow::Break(error) = refused else { panic!("never refused") };
    assert_eq!((error.limit(), error.site()), (Some(LIMIT), arena.site()));
    assert!(error.reserved() <= LIMIT && arena.reserved() <= LIMIT + 20 * 48);
    assert!(arena.used() > LIMIT / 4, "only {} bytes fit", arena.used());
    error
}

macro_rules! refused_at_the_limit {
    ($($name:ident: |$arena:ident| $allocate:expr, $requested:expr;)+) => {$(
        #[test]
        fn $name() {
            static SITE: Site =
                Site::new(stringify!($name), module_path!(), file!(), line!()).with_limit(LIMIT);
            scope(&SITE, |$arena| {
                let error = until_refused(&$arena, || $allocate.map(|_| ()));
                assert_eq!(error.requested(), $requested);
            });
            held(&SITE, 20);
            let site = figures(&SITE);
            assert_eq!(
                (site.outcomes.returned, site.refusals, site.limit_bytes),
                (1, 1, Some(LIMIT)),
            );
        }
    )+};
}

refused_at_the_limit! {
    values: |arena| arena.try_alloc([0_u64; 5]), 40;
    values_made_in_place: |arena| arena.try_alloc_with(|| [0_u8; 999]), 999;
    values_without_drop: |arena| arena.try_alloc_without_drop([0_u8; 77]), 77;
    boxes: |arena| arena.try_alloc_box([0_u8; 77]).map(request_arena::Box::leak), 77;
    deferred_values: |arena| arena.try_alloc_deferred([0_u64; 10]), 96;
    deferred_closures: |arena| {
        let own = [0_u64; 10];
        arena.try_defer(move || assert_eq!(own, [0; 10]))
    }, 96;
    copied_slices: |arena| arena.try_alloc_slice_copy(&[1_u32; 100]), 400;
    cloned_slices: |arena| arena.try_alloc_slice_clone(&[Some(1_u8); 50]), 100;
    filled_slices: |arena| arena.try_alloc_slice_fill_with(9, |index| index), 72;
    slices_of_copies: |arena| arena.try_alloc_slice_fill_copy(33, 1_u8), 33;
    slices_of_clones: |arena| arena.try_alloc_slice_fill_clone(33, &1_u16), 66;
    slices_of_defaults: |arena| arena.try_alloc_slice_fill_default::<u128>(3), 48;
    exact_iterators: |arena| arena.try_alloc_slice_fill_iter([1_u8; 100]), 100;
    iterators: |arena| arena.try_alloc_from_iter([1_u8; 100]), 100;
    uninitialised_slices: |arena| arena.try_alloc_slice_uninit::<u64>(128), 1024;
    texts: |arena| arena.try_alloc_str("twelve bytes"), 12;
    literal_formats: |arena| try_format!(in arena, "eleven byte"), 11;
}

#[test]
fn formatted_text() {
    static SITE: Site = Site::new("formatted", module_path!(), file!(), line!()).with_limit(LIMIT);
    scope(&SITE, |arena| {
        let word = "x".repeat(300);
        until_refused(&arena, || try_format!(in arena, "{word}{}", 1).map(|_| ()));
        assert!(try_format!(in arena, "{}", "x".repeat(LIMIT)).is_err());
    });
    held(&SITE, 20);
}

#[test]
fn an_iterator_that_never_ends() {
    static SITE: Site = Site::new("endless", module_path!(), file!(), line!()).with_limit(LIMIT);
    let endless = core::iter::from_fn(|| Some(1_u8));
    let error = scope(&SITE, |arena| arena.try_alloc_from_iter(endless).map(|_| ()).unwrap_err());
    assert_eq!(error.limit(), Some(LIMIT));
    // This iterator reports the largest length, which no address space can hold.
    let error = scope(&SITE, |arena| {
        arena.try_alloc_from_iter(core::iter::repeat(1_u8)).map(|_| ()).unwrap_err()
    });
    assert_eq!((error.limit(), error.requested()), (None, usize::MAX));
    held(&SITE, 20);
}

#[test]
fn a_growing_vec_over_the_borrowed_handle() {
    static SITE: Site =
        Site::new("borrowed vec", module_path!(), file!(), line!()).with_limit(LIMIT);
    let text = panic_of(|| {
        scope(&SITE, |arena| {
            let mut list = Vec::new_in(&arena);
            loop {
                list.push(1_u64);
            }
        })
    });
    assert!(text.contains("the arena of `borrowed vec` is at its limit"), "{text}");
    held(&SITE, 20);
    assert_eq!(figures(&SITE).outcomes.limit_exceeded, 1);
}

#[test]
fn a_growing_vec_over_a_fork() {
    static SITE: Site = Site::new("owned vec", module_path!(), file!(), line!()).with_limit(LIMIT);
    let text = panic_of(|| {
        scope(&SITE, |arena| {
            let mut list = owned::Vec::new_in(arena.fork());
            loop {
                list.push(1_u64);
            }
        })
    });
    assert!(text.contains("is at its limit"), "{text}");
    held(&SITE, 20);
    assert_eq!(figures(&SITE).outcomes.limit_exceeded, 1);
}

#[test]
fn growing_maps_and_strings() {
    static SITE: Site = Site::new("maps", module_path!(), file!(), line!()).with_limit(LIMIT);
    let map = panic_of(|| {
        scope(&SITE, |arena| {
            let mut map = HashMap::new_in(&arena);
            for number in 0_u64.. {
                map.insert(number, number);
            }
        });
    });
    let text = panic_of(|| {
        scope(&SITE, |arena| {
            let mut text = owned::String::new_in(arena.fork());
            loop {
                text.push_str("word");
            }
        });
    });
    assert!(map.contains("is at its limit") && text.contains("is at its limit"), "{map}; {text}");
    held(&SITE, 20);
    assert_eq!(figures(&SITE).outcomes.limit_exceeded, 2);
}

#[test]
fn the_raw_bump() {
    static SITE: Site = Site::new("raw", module_path!(), file!(), line!()).with_limit(LIMIT);
    scope(&SITE, |arena| {
        let bump = arena.bump();
        while bump.try_alloc([0_u8; 100]).is_ok() {}
        assert!(bump.allocated_bytes() <= LIMIT && arena.used() > LIMIT / 4);
    });
    scope(&SITE, |arena| {
        let bump = arena.into_bump();
        while bump.try_alloc([0_u8; 5000]).is_ok() {}
        assert!(bump.allocated_bytes() <= LIMIT);
    });
    held(&SITE, 20);
    let text = panic_of(|| scope(&SITE, |arena| arena.bump().alloc([0_u8; 40 << 10])[0]));
    assert_eq!((text.as_str(), figures(&SITE).outcomes.panicked), ("out of memory", 1));
}

#[test]
fn the_raw_bump_of_a_fork_and_of_a_child() {
    static SITE: Site = Site::new("raw forks", module_path!(), file!(), line!()).with_limit(LIMIT);
    let fill = |arena: &Arena<'_>| while arena.bump().try_alloc([0_u8; 1000]).is_ok() {};
    for _ in 0..3 {
        scope(&SITE, |arena| {
            let (fork, other) = (arena.fork(), arena.fork());
            fill(&fork);
            arena.scope(|child| fill(&child));
            fill(&other);
            fill(&arena);
            assert!(other.reserved() + fork.reserved() + arena.reserved() <= LIMIT + 60 * 48);
            assert!(arena.try_alloc([0_u8; 4000]).is_err());
        });
    }
    held(&SITE, 60);
}

#[test]
fn a_raw_bump_held_while_the_first_fork_is_made_can_use_the_rest() {
    static SITE: Site =
        Site::new("raw before fork", module_path!(), file!(), line!()).with_limit(LIMIT);
    scope(&SITE, |arena| {
        let bump = arena.bump();
        bump.alloc([0_u8; 100]);
        let fork = arena.fork();
        assert!(
            bump.try_alloc([0_u8; 8000]).is_ok(),
            "over 30 of 32 KiB are free, but `&Bump` cannot ask for them"
        );
        assert_eq!(fork.used(), 0);
    });
    held(&SITE, 10);
}

#[test]
fn a_pooled_arena_over_the_limit_is_not_taken() {
    static LARGE: Site = Site::new("large", module_path!(), file!(), line!());
    static SITE: Site = Site::new("small", module_path!(), file!(), line!()).with_limit(LIMIT);
    on_a_fresh_thread(|| {
        scope(&LARGE, |arena| {
            let forks = [arena.fork(), arena.fork(), arena.fork()];
            forks.iter().for_each(|fork| _ = fork.alloc_slice_fill_copy(500_000, 0_u8));
            arena.alloc_slice_fill_copy(500_000, 0_u8);
        });
        for _ in 0..3 {
            scope(&SITE, |arena| {
                assert!(arena.reserved() <= LIMIT + 48);
                let fork = arena.fork();
                let mut fits = 0;
                while fork.try_alloc([0_u8; 1000]).is_ok() {
                    fits += 1;
                }
                assert!(fits > 8 && fits < 33);
                assert!(arena.scope(|child| child.try_alloc([0_u8; 30_000]).is_err()));
            });
        }
    });
    held(&SITE, 60);
}

#[test]
fn an_initial_size_as_large_as_the_limit_leaves_room() {
    static SITE: Site = Site::new("initial", module_path!(), file!(), line!())
        .with_initial(LIMIT)
        .with_limit(LIMIT);
    for _ in 0..2 {
        scope(&SITE, |arena| {
            assert!((LIMIT / 2..=LIMIT + 48).contains(&arena.reserved()), "{}", arena.reserved());
            arena.alloc([0_u8; LIMIT / 2]);
        });
    }
    held(&SITE, 10);
    assert!(figures(&SITE).chunks <= 1, "the second scope uses the arena of the first");
}

#[test]
fn small_limits_hold_to_the_byte() {
    static NONE: Site = Site::new("limit 0", module_path!(), file!(), line!()).with_limit(0);
    static SMALL: Site = Site::new("limit 600", module_path!(), file!(), line!()).with_limit(600);
    scope(&NONE, |arena| {
        assert_eq!(arena.alloc_str(""), "");
        assert!(arena.try_alloc(1_u8).is_err());
        assert!(arena.try_fork().is_err() && arena.scope(|child| child.try_alloc(1_u8).is_err()));
        assert_eq!(arena.reserved(), 0);
    });
    scope(&SMALL, |arena| {
        assert!(arena.try_alloc([0_u8; 601]).is_err());
        arena.alloc([0_u8; 100]);
        assert!(arena.scope(|child| child.try_alloc([0_u8; 500]).is_err()));
        let fits = (0..).take_while(|_| arena.try_alloc([0_u8; 10]).is_ok()).count();
        assert!((10..50).contains(&fits), "{fits}");
    });
    held(&SMALL, 5);
}
