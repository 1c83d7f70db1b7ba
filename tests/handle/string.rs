//! The arena's `String` behaves like that of `std`, and is always UTF-8.

use std::borrow::Cow;

use proptest::prelude::*;
use request_arena::collections::{String, Vec, owned};
use request_arena::{Site, scope};

use crate::support::panic_of;

static SITE: Site = Site::new("string", module_path!(), file!(), line!());

#[derive(Clone, Debug)]
enum Step {
    Push(char),
    Add(std::string::String),
    Insert(usize, char),
    InsertStr(usize, std::string::String),
    Remove(usize),
    Pop,
    Truncate(usize),
    Retain(char),
    Drain(usize, usize, bool),
    Replace(usize, usize, std::string::String),
    SplitOff(usize),
    Shrink,
    Upper,
    Bytes,
}

fn steps() -> impl Strategy<Value = std::vec::Vec<Step>> {
    use Step::*;
    let at = 0..60_usize;
    let character = prop::sample::select(vec!['a', 'b', 'é', '€', '😀', 'ß']);
    let text =
        prop::collection::vec(character.clone(), 0..8).prop_map(|it| it.into_iter().collect());
    let step = prop_oneof![
        4 => character.clone().prop_map(Push),
        4 => text.clone().prop_map(Add),
        3 => (at.clone(), character.clone()).prop_map(|(at, it)| Insert(at, it)),
        3 => (at.clone(), text.clone()).prop_map(|(at, it)| InsertStr(at, it)),
        3 => at.clone().prop_map(Remove),
        2 => Just(Pop),
        1 => at.clone().prop_map(Truncate),
        1 => character.prop_map(Retain),
        2 => (at.clone(), at.clone(), any::<bool>()).prop_map(|(a, b, back)| Drain(a, b, back)),
        2 => (at.clone(), at.clone(), text).prop_map(|(a, b, it)| Replace(a, b, it)),
        1 => at.prop_map(SplitOff),
        1 => Just(Shrink),
        1 => Just(Upper),
        1 => Just(Bytes),
    ];
    prop::collection::vec(step, 0..60)
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 500,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn a_string_equals_that_of_the_heap(steps in steps()) {
        scope(&SITE, |arena| -> Result<(), TestCaseError> {
            let mut heap = std::string::String::new();
            let mut ours = String::new_in(&arena);
            for step in steps {
                let boundary = |at: usize| {
                    (0..=at.min(heap.len())).rfind(|at| heap.is_char_boundary(*at)).unwrap_or(0)
                };
                let pair = |a: usize, b: usize| (boundary(a.min(b)), boundary(a.max(b)));
                match step {
                    Step::Push(it) => { heap.push(it); ours.push(it); }
                    Step::Add(it) => { heap += &it; ours += &it; }
                    Step::Insert(at, it) => {
                        let at = boundary(at);
                        heap.insert(at, it);
                        ours.insert(at, it);
                    }
                    Step::InsertStr(at, it) => {
                        let at = boundary(at);
                        heap.insert_str(at, &it);
                        ours.insert_str(at, &it);
                    }
                    Step::Remove(at) => {
                        let at = boundary(at);
                        if at < heap.len() {
                            prop_assert_eq!(heap.remove(at), ours.remove(at));
                        } else {
                            let panic = panic_of(|| ours.remove(at));
                            prop_assert!(panic.contains("there is no char to remove"));
                        }
                    }
                    Step::Pop => prop_assert_eq!(heap.pop(), ours.pop()),
                    Step::Truncate(at) => {
                        let at = boundary(at);
                        heap.truncate(at);
                        ours.truncate(at);
                    }
                    Step::Retain(not) => {
                        heap.retain(|it| it != not);
                        ours.retain(|it| it != not);
                    }
                    Step::Drain(a, b, back) => {
                        let (a, b) = pair(a, b);
                        let (mut expected, mut drained) = (heap.drain(a..b), ours.drain(a..b));
                        let ends = if back { (expected.next_back(), drained.next_back()) }
                            else { (expected.next(), drained.next()) };
                        prop_assert_eq!(ends.0, ends.1);
                        prop_assert_eq!(expected.as_str(), drained.as_str());
                        prop_assert_eq!(expected.size_hint(), drained.size_hint());
                    }
                    Step::Replace(a, b, it) => {
                        let (a, b) = pair(a, b);
                        heap.replace_range(a..b, &it);
                        ours.replace_range(a..b, &it);
                    }
                    Step::SplitOff(at) => {
                        let at = boundary(at);
                        prop_assert_eq!(ours.split_off(at), heap.split_off(at));
                    }
                    Step::Shrink => {
                        ours.shrink_to_fit();
                        prop_assert_eq!(ours.capacity(), heap.len());
                    }
                    Step::Upper => { heap.make_ascii_uppercase(); ours.make_ascii_uppercase(); }
                    Step::Bytes => ours = String::from_utf8(ours.into_bytes()).unwrap(),
                }
                prop_assert_eq!(core::str::from_utf8(ours.as_bytes()), Ok(&*heap));
            }
            Ok(())
        })?;
    }
}

#[test]
fn a_change_within_a_char_panics_and_changes_nothing() {
    scope(&SITE, |arena| {
        let mut text = String::from_str_in("aé", &arena);
        assert!(panic_of(|| text.insert(2, 'x')).contains("byte 2 is not a char boundary"));
        assert!(panic_of(|| text.insert_str(9, "x")).contains("byte 9 is not a char boundary"));
        panic_of(|| text.remove(2));
        panic_of(|| drop(text.drain(..2)));
        panic_of(|| text.replace_range(2.., "x"));
        panic_of(|| text.split_off(2));
        assert_eq!(text, "aé");
        let mut seen = 0;
        text.push_str("bc");
        panic_of(|| {
            text.retain(|it| {
                seen += 1;
                assert_ne!(it, 'c');
                it != 'a'
            });
        });
        assert_eq!((text.as_str(), seen), ("éb", 4));
    });
}

#[test]
fn an_insertion_at_the_limit_changes_nothing() {
    static SITE: Site =
        Site::new("insert at the limit", module_path!(), file!(), line!()).with_limit(4096);
    scope(&SITE, |arena| {
        let mut text = String::with_capacity_in(4, &arena);
        text.push_str("ab");
        while arena.try_alloc(0_u8).is_ok() {}
        panic_of(|| text.insert_str(1, "€€"));
        panic_of(|| text.replace_range(0..1, "€€"));
        assert_eq!(text, "ab");
    });
}

#[test]
fn a_forgotten_drain_removes_nothing_and_bytes_that_are_no_text_are_given_back() {
    scope(&SITE, |arena| {
        let mut text = String::from_str_in("abc", &arena);
        core::mem::forget(text.drain(..));
        assert_eq!(text, "abc");
        let mut bytes: Vec<'_, u8> = Vec::new_in(&arena);
        bytes.extend_from_slice(b"ab\xFF");
        let error = String::from_utf8(bytes).unwrap_err();
        assert_eq!(
            (error.utf8_error().valid_up_to(), error.to_string().contains("index 2")),
            (2, true)
        );
        assert_eq!(error.into_bytes()[..], *b"ab\xFF");
    });
}

#[test]
fn a_string_is_extended_compared_and_cloned_as_the_heaps() {
    scope(&SITE, |arena| {
        let mut text = String::new_in(&arena) + "a" + "b";
        text.extend(&['c', 'd']);
        text.extend([Cow::Borrowed("e"), Cow::Owned("f".into())]);
        text.extend(["g".to_owned()]);
        text.extend([owned::String::from_str_in("h", arena.fork())]);
        text.extend([arena.alloc_str("i")]);
        let copy = text.clone();
        text.push('!');
        assert_eq!((copy.as_str(), text.as_str()), ("abcdefghi", "abcdefghi!"));
        assert!(copy < text && copy.cmp(&text).is_lt());
        let heap = std::string::String::from(copy.clone());
        assert!(heap == copy);
        assert!(copy == heap);
        assert!(*"abcdefghi" == copy);
        assert!("abcdefghi" == copy);
        let borrowed = Cow::from(&*heap);
        assert!(copy == borrowed);
        let mut other = text.clone();
        other.clone_from(&copy);
        assert_eq!(other, copy);
        assert_eq!(std::path::Path::new(&copy).file_name().unwrap(), "abcdefghi");
        assert!(matches!(Cow::from(&copy), Cow::Borrowed("abcdefghi")));
        assert_eq!(Vec::from(copy)[..2], *b"ab");
    });
}
