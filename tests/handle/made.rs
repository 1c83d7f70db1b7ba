//! Text made from other text, collections from iterators, and results with the request's lifetime.

use std::borrow::Cow;

use proptest::prelude::*;
use request_arena::collections::{
    CollectIn, FromIteratorIn, HashMap, HashSet, IntoArenaSlice, String, Vec, owned,
};
use request_arena::{Arena, Site, scope};

use crate::support::panic_of;

static SITE: Site = Site::new("made", module_path!(), file!(), line!());

/// Texts with matches, with sigmas at the end, and with letters that change their length with their
/// case.
fn text() -> impl Strategy<Value = std::string::String> {
    let piece = prop::sample::select(vec![
        "a", "ab", "É", "ß", "ΣΑΣ", "Σ", " ", "İ", "ŉ", "ffi", "Ⱥ", "x€y", "😀", "",
    ]);
    prop::collection::vec(piece, 0..12).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 600,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn made_text_equals_that_of_the_heap_and_takes_its_length(
        text in text(),
        other in text(),
        texts in prop::collection::vec(text(), 0..6),
        times in 0..7_usize,
    ) {
        scope(&SITE, |arena| -> Result<(), TestCaseError> {
            let mut used = 0;
            let mut equal = |ours: &str, heap: &str| {
                used += heap.len();
                prop_assert_eq!(ours, heap);
                prop_assert_eq!(arena.used(), used, "exactly one allocation for {:?}", heap);
                Ok(())
            };
            equal(arena.alloc_lowercase(&text), &text.to_lowercase())?;
            equal(arena.alloc_uppercase(&text), &text.to_uppercase())?;
            equal(arena.alloc_repeat(&text, times), &text.repeat(times))?;
            equal(arena.alloc_join(&texts, &other), &texts.join(&other))?;
            equal(arena.alloc_join(text.split('a'), ", "), &text.replace('a', ", "))?;
            equal(arena.alloc_concat(&texts), &texts.concat())?;
            for from in ["", "a", "ab", "Σ", &other] {
                equal(arena.alloc_replace(&text, from, &other), &text.replace(from, &other))?;
            }
            Ok(())
        })?;
    }
}

#[test]
fn made_text_over_the_limit_or_any_size_is_an_error() {
    static SITE: Site =
        Site::new("made at the limit", module_path!(), file!(), line!()).with_limit(4096);
    scope(&SITE, |arena| {
        let large = "é".repeat(5000);
        assert!(
            arena.try_alloc_uppercase(&large).is_err()
                && arena.try_alloc_lowercase(&large).is_err()
        );
        assert!(
            arena.try_alloc_repeat("ab", 5000).is_err()
                && arena.try_alloc_repeat("ab", usize::MAX).is_err()
        );
        assert!(
            arena.try_alloc_join([&large, "a"], " ").is_err()
                && arena.try_alloc_concat([&*large]).is_err()
        );
        assert!(arena.try_alloc_replace(&large, "é", "e").is_err());
        assert!(arena.try_str(&large).is_err() && arena.try_slice(large.as_bytes()).is_err());
        assert!(arena.try_slice_from_iter(large.bytes()).is_err());
        assert_eq!(arena.try_alloc_repeat("", usize::MAX).unwrap(), "");
        assert!(
            panic_of(|| arena.alloc_repeat("ab", 5000))
                .contains("is at its limit: 10000 bytes requested")
        );
    });
}

#[test]
fn an_iterator_whose_clone_is_longer_is_refused() {
    #[derive(Default)]
    struct Longer(u32);
    impl Clone for Longer {
        fn clone(&self) -> Self {
            Self(5)
        }
    }
    impl Iterator for Longer {
        type Item = &'static str;
        fn next(&mut self) -> Option<&'static str> {
            self.0 += 1;
            (self.0 < 7).then_some("text")
        }
    }
    scope(&SITE, |arena| {
        assert!(
            panic_of(|| arena.alloc_concat(Longer::default()))
                .contains("longer when read the second time")
        );
    });
}

#[test]
fn shared_results_go_where_an_exclusive_one_needs_a_reborrow() {
    scope(&SITE, |arena| {
        let text = std::string::String::from("text");
        let cow = Some(&text).map_or(Cow::Borrowed(""), |text| Cow::from(arena.str(text)));
        let pair = [arena.str("a"); 2];
        assert_eq!((cow.as_ref(), pair, arena.try_str("b").unwrap()), ("text", ["a", "a"], "b"));
        let numbers =
            [arena.slice(&[1, 2]), arena.slice_from_iter(3..5), arena.try_slice(&[5]).unwrap()];
        assert_eq!(numbers.concat(), [1, 2, 3, 4, 5]);
        assert_eq!(arena.try_slice_from_iter(0..2).unwrap(), [0, 1]);
    });
}

#[test]
fn every_collection_is_made_from_an_iterator() {
    scope(&SITE, |arena| {
        let vec = (0..5).collect_in::<Vec<'_, _>>(&arena);
        assert_eq!(vec[..], [0, 1, 2, 3, 4]);
        let lengths: HashMap<'_, &str, usize> =
            HashMap::from_iter_in(["a", "bc"].map(|it| (it, it.len())), &arena);
        assert_eq!((lengths["a"], lengths["bc"]), (1, 2));
        assert!(
            [1, 2, 1].into_iter().collect_in::<owned::HashSet<'_, u8>>(arena.fork()).len() == 2
        );
        assert!([1, 2, 1].into_iter().collect_in::<HashSet<'_, u8>>(&arena).contains(&2));
        assert_eq!("añb".chars().rev().collect_in::<String<'_>>(&arena), "bña");
        assert_eq!("x y".split(' ').collect_in::<owned::String<'_>>(arena.fork()), "xy");
        assert_eq!(['a', 'b'].iter().collect_in::<String<'_>>(&arena), "ab");
        assert_eq!(
            [Cow::Borrowed("a"), Cow::Owned("b".into())]
                .into_iter()
                .collect_in::<String<'_>>(&arena),
            "ab"
        );
        let parsed = |text: &'static str| {
            text.split(' ').map(str::parse::<u8>).collect_in::<Result<Vec<'_, _>, _>>(&arena)
        };
        assert_eq!(parsed("1 2").unwrap()[..], [1, 2]);
        assert!(parsed("1 x 2").is_err());
        let somes = [Some(1), None, Some(3)].into_iter().collect_in::<Option<Vec<'_, _>>>(&arena);
        assert!(somes.is_none());
    });
}

/// Both outlive the borrow of the handle.
fn greetings<'a>(arena: &Arena<'a>, names: &[&str]) -> &'a mut [&'a mut str] {
    let mut greetings = Vec::new_in(arena);
    for name in names {
        let mut text = String::from_str_in("hello ", arena);
        text += name;
        greetings.push(text.into_arena_str(arena));
    }
    greetings.into_arena_slice(arena)
}

#[test]
fn a_text_and_a_list_over_the_handle_become_the_requests_without_a_copy() {
    scope(&SITE, |mut arena| {
        let all = greetings(&arena, &["a", "b"]);
        // This compiles only if nothing borrows the handle.
        arena.reborrow().alloc_slice_fill_copy(10_000, 7_u8);
        all[0].make_ascii_uppercase();
        assert_eq!(all, ["HELLO A", "hello b"]);

        let numbers = (0..100_u64).collect_in::<Vec<'_, _>>(&arena);
        let (at, used) = (numbers.as_ptr(), arena.used());
        let kept = numbers.into_arena_slice(&arena);
        assert_eq!((kept.as_ptr(), arena.used(), kept.len()), (at, used, 100));
        let text = String::from_str_in("kept", &arena);
        let at = text.as_ptr();
        assert_eq!(text.into_arena_str(&arena).as_ptr(), at);
        assert!(Vec::<'_, u32>::new_in(&arena).into_arena_slice(&arena).is_empty());
    });
}

#[test]
fn a_text_and_a_list_of_another_arena_are_moved_into_this_one() {
    scope(&SITE, |arena| {
        let (text, list) = arena.scope(|child| {
            let text = String::from_str_in("of the child", &child).into_arena_str(&arena);
            let list = (0..4_u8).collect_in::<Vec<'_, _>>(&child).into_arena_slice(&arena);
            child.alloc_str("more");
            (text, list)
        });
        let fork = arena.fork();
        let other = String::from_str_in("of a fork", &fork).into_arena_str(&arena);
        arena.scope(|child| child.alloc_slice_fill_copy(10_000, 0xFF_u8).len());
        assert_eq!((&*text, &*list, &*other), ("of the child", &[0, 1, 2, 3][..], "of a fork"));
    });
}
