//! Slices: copied, cloned, filled and collected, also by faulty closures and iterators.

use core::cell::Cell;

use request_arena::{Site, scope};

use crate::support::panic_of;

static SITE: Site = Site::new("slices", module_path!(), file!(), line!());

/// An iterator that reports `says` elements and has `has`.
struct Liar {
    says: usize,
    has: usize,
}

impl Iterator for Liar {
    type Item = usize;

    fn next(&mut self) -> Option<usize> {
        self.has = self.has.checked_sub(1)?;
        Some(self.has)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.says, Some(self.says))
    }
}

impl ExactSizeIterator for Liar {}

/// The length of a slice of `u64` that is larger than the address space.
const TOO_MANY: usize = isize::MAX as usize / 8 + 1;

#[test]
fn each_way_to_make_a_slice_writes_every_element() {
    scope(&SITE, |arena| {
        assert_eq!(arena.alloc_slice_copy(&[1, 2, 3]), [1, 2, 3]);
        assert_eq!(arena.alloc_slice_clone(&[Some(1), None]), [Some(1), None]);
        assert_eq!(arena.alloc_slice_fill_with(4, |index| index * index), [0, 1, 4, 9]);
        assert_eq!(arena.alloc_slice_fill_copy(3, 'x'), ['x'; 3]);
        assert_eq!(arena.alloc_slice_fill_clone(2, &(1, 2)), [(1, 2); 2]);
        assert_eq!(arena.alloc_slice_fill_default::<u16>(3), [0; 3]);
        assert_eq!(arena.alloc_slice_fill_iter([5, 6]), [5, 6]);
        assert_eq!(arena.alloc_from_iter((1..6).filter(|number| number % 2 == 1)), [1, 3, 5]);
        assert_eq!(arena.alloc_slice_try_fill_with(2, Ok::<_, ()>).unwrap(), [0, 1]);
    });
}

#[test]
fn each_fallible_twin_gives_the_same_slice() {
    scope(&SITE, |arena| {
        assert_eq!(arena.try_alloc_slice_copy(&[1, 2, 3]).unwrap(), [1, 2, 3]);
        assert_eq!(arena.try_alloc_slice_clone(&[Some(1), None]).unwrap(), [Some(1), None]);
        assert_eq!(
            arena.try_alloc_slice_fill_with(4, |index| index * index).unwrap(),
            [0, 1, 4, 9]
        );
        assert_eq!(arena.try_alloc_slice_fill_copy(3, 'x').unwrap(), ['x'; 3]);
        assert_eq!(arena.try_alloc_slice_fill_clone(2, &(1, 2)).unwrap(), [(1, 2); 2]);
        assert_eq!(arena.try_alloc_slice_fill_default::<u16>(3).unwrap(), [0; 3]);
        assert_eq!(arena.try_alloc_slice_fill_iter([5, 6]).unwrap(), [5, 6]);
        assert_eq!(
            arena.try_alloc_from_iter((1..6).filter(|number| number % 2 == 1)).unwrap(),
            [1, 3, 5]
        );
        assert_eq!(arena.try_alloc_slice_uninit::<u8>(9).unwrap().len(), 9);
    });
}

#[test]
fn uninitialised_memory_is_the_callers_to_write_and_may_be_of_any_type() {
    scope(&SITE, |arena| {
        let slots = arena.alloc_slice_uninit::<String>(2);
        slots[1].write(String::from("second"));
        // SAFETY: the line above writes the value, and this is the only read.
        let second = unsafe { slots[1].assume_init_read() };
        assert_eq!((slots.len(), second.as_str()), (2, "second"));
    });
}

#[test]
fn slices_are_disjoint() {
    scope(&SITE, |arena| {
        let slices: Vec<&mut [usize]> =
            (0..300).map(|number| arena.alloc_slice_fill_copy(number % 40, number)).collect();
        assert!(
            slices
                .iter()
                .enumerate()
                .all(|(number, slice)| slice.iter().all(|&element| element == number))
        );
    });
}

#[test]
fn an_empty_slice_takes_no_byte() {
    scope(&SITE, |arena| {
        assert!(arena.alloc_slice_copy::<u64>(&[]).is_empty());
        assert!(arena.alloc_slice_clone::<u64>(&[]).is_empty());
        assert!(arena.alloc_slice_fill_with(0, |_| 1_u64).is_empty());
        assert!(arena.alloc_slice_fill_default::<u64>(0).is_empty());
        assert!(arena.alloc_from_iter([0_u64; 0]).is_empty());
        assert!(arena.alloc_slice_fill_iter([0_u64; 0]).is_empty());
        assert!(arena.alloc_slice_uninit::<u64>(0).is_empty());
        assert_eq!(arena.used(), 0);
    });
}

#[test]
fn a_slice_of_zero_sized_elements_may_be_of_any_length() {
    scope(&SITE, |arena| {
        assert_eq!(arena.alloc_slice_copy(&[(); 1000]).len(), 1000);
        assert_eq!(arena.alloc_slice_uninit::<()>(usize::MAX).len(), usize::MAX);
        assert_eq!(arena.alloc_from_iter(core::iter::repeat_n((), 777)).len(), 777);
        assert_eq!(arena.used(), 0);
    });
}

#[test]
fn a_size_over_the_address_space_is_an_error_and_takes_nothing() {
    scope(&SITE, |arena| {
        let errors = [
            arena.try_alloc_slice_uninit::<u64>(TOO_MANY).map(|_| ()).unwrap_err(),
            arena.try_alloc_slice_fill_copy(TOO_MANY, 0_u64).map(|_| ()).unwrap_err(),
            arena.try_alloc_slice_fill_with(usize::MAX, |_| 0_u64).map(|_| ()).unwrap_err(),
            arena.try_alloc_slice_fill_default::<u64>(TOO_MANY).map(|_| ()).unwrap_err(),
            arena
                .try_alloc_slice_fill_iter(Liar { says: TOO_MANY, has: 0 })
                .map(|_| ())
                .unwrap_err(),
            arena.try_alloc_from_iter(Liar { says: usize::MAX, has: 0 }).map(|_| ()).unwrap_err(),
        ];
        for error in errors {
            assert_eq!((error.requested(), error.limit(), error.site()), (usize::MAX, None, &SITE));
            assert!(error.to_string().contains("more bytes than the address space has"), "{error}");
        }
        assert_eq!(arena.used(), 0);
        let text = panic_of(|| arena.alloc_slice_fill_copy(TOO_MANY, 0_u64).len());
        assert!(text.contains("more bytes than the address space has"), "{text}");
    });
}

#[test]
fn a_closure_that_panics_half_way_leaves_the_arena_usable() {
    scope(&SITE, |arena| {
        let before = arena.alloc_slice_copy(&[1_u32, 2]);
        let text = panic_of(|| {
            arena
                .alloc_slice_fill_with(
                    10,
                    |index| if index == 6 { panic!("at six") } else { index },
                )
                .len()
        });
        assert_eq!(text, "at six");
        let after = arena.alloc_slice_copy(&[3_u32, 4]);
        assert_eq!((&*before, &*after), (&[1, 2][..], &[3, 4][..]));
    });
}

#[test]
fn a_clone_that_panics_half_way_leaves_the_arena_usable() {
    struct Third<'c>(&'c Cell<u32>);
    impl Clone for Third<'_> {
        fn clone(&self) -> Self {
            self.0.set(self.0.get() + 1);
            assert!(self.0.get() < 3, "the third clone");
            Self(self.0)
        }
    }
    scope(&SITE, |arena| {
        let clones = Cell::new(0);
        assert_eq!(
            panic_of(|| arena.alloc_slice_fill_clone(5, &Third(&clones)).len()),
            "the third clone"
        );
        assert_eq!(clones.get(), 3);
        assert_eq!(*arena.alloc(1), 1);
    });
}

#[test]
fn a_failure_half_way_is_returned() {
    scope(&SITE, |arena| {
        let failed =
            arena.alloc_slice_try_fill_with(
                10,
                |index| if index == 3 { Err("three") } else { Ok(index) },
            );
        assert_eq!(failed.unwrap_err(), "three");
    });
}

#[test]
fn an_iterator_that_ends_before_its_length_panics_and_one_that_goes_on_is_cut() {
    scope(&SITE, |arena| {
        let text = panic_of(|| arena.alloc_slice_fill_iter(Liar { says: 4, has: 3 }).len());
        assert!(text.contains("ExactSizeIterator"), "{text}");
        assert_eq!(arena.alloc_slice_fill_iter(Liar { says: 2, has: 9 }), [8, 7]);
    });
}

#[test]
fn alloc_from_iter_believes_the_elements_and_not_the_hint() {
    scope(&SITE, |arena| {
        assert_eq!(arena.alloc_from_iter(Liar { says: 0, has: 100 }).len(), 100);
        assert_eq!(arena.alloc_from_iter(Liar { says: 500, has: 2 }), [1, 0]);
    });
}

#[test]
fn an_iterator_may_allocate_in_the_arena_that_collects_it() {
    scope(&SITE, |arena| {
        let words = (0..200).map(|number| &*request_arena::format!(in arena, "word {number}"));
        let collected: &[&str] = arena.alloc_from_iter(words.filter(|word| !word.ends_with('7')));
        assert_eq!(collected.len(), 180);
        assert!(collected.iter().all(|word| word.starts_with("word ") && !word.ends_with('7')));
        let exact = arena.alloc_slice_fill_iter([1, 2, 3].map(|number| arena.alloc(number)));
        assert_eq!(exact.iter().map(|number| **number).sum::<i32>(), 6);
        let nested = arena.alloc_from_iter(
            (0..20).map(|len| arena.alloc_from_iter((0..len).filter(|n| n % 2 == 0))),
        );
        assert!(nested.iter().enumerate().all(|(len, inner)| inner.len() == len.div_ceil(2)));
    });
}

#[test]
fn an_iterator_that_panics_gives_the_arena_back_usable() {
    scope(&SITE, |arena| {
        let text = panic_of(|| {
            let numbers =
                (0..100).map(|number| if number == 50 { panic!("fifty") } else { number });
            arena.alloc_from_iter(numbers.filter(|_| true)).len()
        });
        assert_eq!(text, "fifty");
        assert_eq!(arena.alloc_slice_copy(&[1, 2]), [1, 2]);
    });
}
