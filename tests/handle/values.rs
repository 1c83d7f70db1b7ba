//! Single values: moved in, made in place, boxed, leaked, and dropped at the end.

use core::cell::Cell;
use std::hash::{BuildHasher, RandomState};
use std::sync::Arc;

use request_arena::{Box, Site, scope};

use crate::support::panic_of;

static SITE: Site = Site::new("values", module_path!(), file!(), line!());

/// Counts its drops.
struct Counted<'c>(&'c Cell<u32>);

impl Drop for Counted<'_> {
    fn drop(&mut self) {
        self.0.set(self.0.get() + 1);
    }
}

#[repr(align(64))]
#[derive(Clone, Copy, Debug, PartialEq)]
struct Line([u8; 3]);

#[repr(align(4096))]
#[derive(Debug)]
struct Page(u8);

fn is_aligned<T>(value: &T) -> bool {
    core::ptr::from_ref(value).addr() % align_of::<T>() == 0
}

#[test]
fn values_keep_their_content_while_others_are_written() {
    scope(&SITE, |arena| {
        let numbers: Vec<&mut u64> = (0..5000).map(|number| arena.alloc(number)).collect();
        let bytes: Vec<&mut u8> =
            (0..5000_u64).map(|number| arena.alloc((number % 251) as u8)).collect();
        for number in numbers {
            *number += 1;
            assert_eq!(*bytes[usize::try_from(*number - 1).unwrap()], ((*number - 1) % 251) as u8);
        }
    });
}

#[test]
fn every_alignment_is_kept_after_any_block() {
    scope(&SITE, |arena| {
        for round in 0..50_u8 {
            arena.alloc(round);
            assert!(is_aligned(arena.alloc(u128::from(round))));
            let line = arena.alloc(Line([round; 3]));
            assert!(is_aligned(line));
            let page = arena.alloc_with(|| Page(round));
            assert!(is_aligned(page));
            assert!(is_aligned(arena.try_alloc(Line([round; 3])).unwrap()));
            assert!(is_aligned(&*arena.alloc_deferred(Page(round))));
            assert!(is_aligned(&arena.alloc_slice_copy(&[*line; 2])[1]));
            assert_eq!((line.0, page.0), ([round; 3], round));
        }
    });
}

#[test]
fn a_zero_sized_value_takes_no_byte_and_is_aligned() {
    #[repr(align(64))]
    struct Nothing;
    scope(&SITE, |arena| {
        arena.alloc(());
        arena.alloc_without_drop(());
        assert_eq!(arena.used(), 0);
        assert!(is_aligned(arena.alloc(Nothing)));
        let drops = Cell::new(0);
        {
            struct CountsByRef<'c>(&'c Cell<u32>);
            impl Drop for CountsByRef<'_> {
                fn drop(&mut self) {
                    self.0.set(self.0.get() + 1);
                }
            }
            let _kept = arena.alloc_box(CountsByRef(&drops));
        }
        assert_eq!(drops.get(), 1);
    });
}

#[test]
fn a_value_larger_than_any_chunk_before_it_fits() {
    scope(&SITE, |arena| {
        let large = arena.alloc_with(|| [7_u8; 1 << 20]);
        let small = arena.alloc(1_u8);
        assert!(large.iter().all(|&byte| byte == 7));
        assert_eq!(*small, 1);
        assert!(arena.used() > 1 << 20 && arena.reserved() > arena.used());
    });
}

#[test]
fn the_function_that_makes_a_value_runs_once_and_may_allocate_itself() {
    scope(&SITE, |arena| {
        let calls = Cell::new(0);
        let pair = arena.alloc_with(|| {
            calls.set(calls.get() + 1);
            (arena.alloc_str("inner"), arena.alloc(5_u32))
        });
        assert_eq!((&*pair.0, *pair.1, calls.get()), ("inner", 5, 1));
        let value = arena.try_alloc_with(|| calls.replace(9)).unwrap();
        assert_eq!((*value, calls.get()), (1, 9));
    });
}

#[test]
fn a_panic_in_the_function_that_makes_a_value_leaves_the_arena_usable() {
    scope(&SITE, |arena| {
        let before = arena.alloc(1_u64);
        let text = panic_of(|| {
            let _: &mut u64 = arena.alloc_with(|| panic!("no value"));
        });
        assert_eq!(text, "no value");
        let after = arena.alloc(2_u64);
        assert_eq!((*before, *after), (1, 2));
    });
}

#[test]
fn alloc_try_with_returns_the_error_of_its_function() {
    scope(&SITE, |arena| {
        assert_eq!(arena.alloc_try_with(|| "12".parse::<u8>()).map(|number| *number), Ok(12));
        assert!(arena.alloc_try_with(|| "1234".parse::<u8>()).is_err());
    });
}

#[test]
fn a_value_without_drop_is_never_dropped() {
    let drops = Cell::new(0);
    let shared = Arc::new(());
    scope(&SITE, |arena| {
        assert_eq!(arena.alloc_without_drop(Counted(&drops)).0.get(), 0);
        assert!(arena.try_alloc_without_drop(Counted(&drops)).is_ok());
        // Drop the value by hand, so that a leak checker does not report it.
        let kept = arena.alloc_without_drop(Arc::clone(&shared));
        assert_eq!(Arc::strong_count(kept), 2);
        // SAFETY: the arena does not drop it, and `kept` is not used after this.
        unsafe { core::ptr::drop_in_place(kept) };
    });
    assert_eq!((drops.get(), Arc::strong_count(&shared)), (0, 1));
}

#[test]
fn a_box_drops_its_value_once() {
    let drops = Cell::new(0);
    scope(&SITE, |arena| {
        let first = arena.alloc_box(Counted(&drops));
        let second = arena.try_alloc_box(Counted(&drops)).unwrap();
        drop(second);
        assert_eq!(drops.get(), 1);
        let moved = [first];
        assert_eq!(drops.get(), 1);
        drop(moved);
        assert_eq!(drops.get(), 2);
    });
    assert_eq!(drops.get(), 2);
}

#[test]
fn a_value_moved_out_of_its_box_is_dropped_by_its_new_owner() {
    let drops = Cell::new(0);
    let outside = scope(&SITE, |arena| Box::into_inner(arena.alloc_box(Counted(&drops))));
    assert_eq!(drops.get(), 0);
    drop(outside);
    assert_eq!(drops.get(), 1);
}

#[test]
fn a_leaked_box_is_not_dropped_and_its_value_stays() {
    let drops = Cell::new(0);
    scope(&SITE, |arena| {
        let leaked: &mut Counted<'_> = Box::leak(arena.alloc_box(Counted(&drops)));
        arena.alloc_slice_fill_copy(1000, 0_u8);
        assert_eq!(leaked.0.get(), 0);
    });
    assert_eq!(drops.get(), 0);
}

#[test]
fn a_box_is_its_value_to_the_standard_traits() {
    scope(&SITE, |arena| {
        let (mut a, b) = (arena.alloc_box(String::from("a")), arena.alloc_box(String::from("b")));
        assert!(a < b && a != b && a.cmp(&b).is_lt());
        assert_eq!(std::format!("{a} {b:?}"), "a \"b\"");
        a.push('!');
        let borrowed: &mut String = core::borrow::BorrowMut::borrow_mut(&mut a);
        borrowed.push('?');
        AsMut::<String>::as_mut(&mut a).push('.');
        assert_eq!(AsRef::<String>::as_ref(&a), "a!?.");
        let hasher = RandomState::new();
        assert_eq!(hasher.hash_one(&a), hasher.hash_one("a!?."));
        let mut numbers = arena.alloc_box(1..=4);
        assert_eq!((numbers.next(), numbers.size_hint()), (Some(1), (3, Some(3))));
        assert_eq!(numbers.sum::<i32>(), 9);
    });
}

#[test]
fn a_panicking_drop_in_a_box_goes_on_once() {
    struct Refuses;
    impl Drop for Refuses {
        fn drop(&mut self) {
            panic!("dropped");
        }
    }
    let text = panic_of(|| scope(&SITE, |arena| drop(arena.alloc_box(Refuses))));
    assert_eq!(text, "dropped");
}

#[test]
fn deferred_values_can_be_used_until_the_end() {
    let shared = Arc::new(5);
    scope(&SITE, |arena| {
        let value = arena.alloc_deferred(vec![Arc::clone(&shared)]);
        value.push(Arc::clone(&shared));
        let other = arena.try_alloc_deferred(Arc::clone(&shared)).unwrap();
        assert_eq!((value.len(), **other, Arc::strong_count(&shared)), (2, 5, 4));
    });
    assert_eq!(Arc::strong_count(&shared), 1);
}

#[test]
fn deferred_closures_own_their_captures() {
    let shared = Arc::new(());
    let (mine, his) = (Arc::clone(&shared), Arc::clone(&shared));
    scope(&SITE, |arena| {
        arena.defer(move || drop(mine));
        arena.try_defer(move || assert_eq!(Arc::strong_count(&his), 3)).unwrap();
        assert_eq!(Arc::strong_count(&shared), 3);
    });
    assert_eq!(Arc::strong_count(&shared), 1);
}
