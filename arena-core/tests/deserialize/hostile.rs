//! Documents that try to take more than they may: memory, depth, and claims of length.

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};

use request_arena_core::deserialize::{DeserializeIn, Destination};
use request_arena_core::{Arena, Site, report, scope};
use serde::Deserializer;
use serde::de::{DeserializeSeed, SeqAccess};

use crate::with;

/// A list of lists of lists, without end.
struct Nested<'a>(&'a [Nested<'a>]);

impl<'a> DeserializeIn<'a> for Nested<'a> {
    fn deserialize_in<'de, D>(to: Destination<'_, 'a>, deserializer: D) -> Result<Self, D::Error>
    where
        D: Deserializer<'de>,
    {
        <&'a [Self]>::deserialize_in(to, deserializer).map(Self)
    }
}

fn depth(nested: &Nested<'_>) -> usize {
    1 + nested.0.iter().map(depth).max().unwrap_or(0)
}

#[test]
fn depth_ends_at_127_levels() {
    with(|arena| {
        let document = |levels: usize| format!("{}{}", "[".repeat(levels), "]".repeat(levels));
        assert_eq!(depth(&arena.json::<Nested<'_>>(document(127)).unwrap()), 127);
        for levels in [128, 129, 100_000] {
            let error = arena.json::<Nested<'_>>(document(levels)).map(drop).unwrap_err();
            assert!(error.to_string().contains("recursion limit exceeded"), "{error}");
        }
        // A field that the type does not have nests without recursion.
        let ignored = document(100_000);
        assert!(arena.json::<serde::de::IgnoredAny>(ignored).is_ok());
    });
}

/// A sequence that claims any length, and has three elements.
struct Claims(usize);

impl<'de> Deserializer<'de> for Claims {
    type Error = serde::de::value::Error;

    fn deserialize_any<V: serde::de::Visitor<'de>>(
        self,
        visitor: V,
    ) -> Result<V::Value, Self::Error> {
        struct Three(usize, u8);

        impl<'de> SeqAccess<'de> for Three {
            type Error = serde::de::value::Error;

            fn next_element_seed<T: DeserializeSeed<'de>>(
                &mut self,
                seed: T,
            ) -> Result<Option<T::Value>, Self::Error> {
                self.1 += 1;
                if self.1 > 3 {
                    return Ok(None);
                }
                seed.deserialize(serde::de::value::U8Deserializer::new(self.1)).map(Some)
            }

            fn size_hint(&self) -> Option<usize> {
                Some(self.0)
            }
        }

        visitor.visit_seq(Three(self.0, 0))
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option
        unit unit_struct newtype_struct seq tuple tuple_struct map struct enum identifier
        ignored_any
    }
}

#[test]
fn a_claimed_length_reserves_at_most_a_mebibyte() {
    for claim in [3, 1 << 20, usize::MAX / 2, usize::MAX] {
        with(|arena| {
            assert_eq!(arena.deserialize::<&[u64], _>(Claims(claim)).unwrap(), [1, 2, 3]);
            assert_eq!(arena.deserialize::<&[u8], _>(Claims(claim)).unwrap(), [1, 2, 3]);
            let list: request_arena_core::collections::Vec<'_, u32> =
                arena.deserialize(Claims(claim)).unwrap();
            assert_eq!(list[..], [1, 2, 3]);
            assert!(arena.reserved() < 8 << 20, "{claim}: {}", arena.reserved());
        });
    }
}

static SMALL: Site = Site::new("small", module_path!(), file!(), line!()).with_limit(16 << 10);

/// Documents that need more than 16 KiB, each in another way.
fn too_large() -> Vec<(&'static str, String)> {
    let escapes = format!("[{}\"\"]", "\"\\n0123456789\",".repeat(900));
    vec![
        ("the document", format!("[\"{}\"]", "x".repeat(20 << 10))),
        ("its list", format!("[{}\"\"]", "\"\",".repeat(2000))),
        ("its escapes", escapes),
    ]
}

#[test]
fn a_document_beyond_the_limit_is_an_error_of_try_json() {
    for (what, document) in too_large() {
        let refused = scope(&SMALL, |arena| {
            let error = arena.try_json::<&[&str]>(&document).map(drop).unwrap_err();
            let limit = error.refused().and_then(|refused| refused.limit());
            assert!(error.to_string().contains("the arena of `small` is at its limit"), "{error}");
            limit
        });
        assert_eq!(refused, Some(16 << 10), "{what}");
    }
}

#[test]
fn a_document_beyond_the_limit_panics_as_all_methods_without_try_do() {
    for (what, document) in too_large() {
        let panics = catch_unwind(AssertUnwindSafe(|| {
            scope(&SMALL, |arena| arena.json::<&[&str]>(&document).map(drop).unwrap());
        }));
        let panic = panics.unwrap_err();
        let text = panic.downcast_ref::<String>().expect("a text");
        assert!(text.starts_with("the arena of `small` is at its limit"), "{what}: {text}");
    }
    assert!(report().site("small").is_some());
}

#[test]
fn a_collection_of_a_document_keeps_to_the_limit() {
    static SITE: Site = Site::new("lists", module_path!(), file!(), line!()).with_limit(16 << 10);
    let document = format!("[{}0]", "123,".repeat(50_000));
    let panics = catch_unwind(AssertUnwindSafe(|| {
        scope(&SITE, |arena: Arena<'_>| {
            let _ = arena.json::<request_arena_core::collections::Vec<'_, u64>>(&document);
        });
    }));
    assert!(panics.is_err());
}

#[test]
fn a_list_takes_little_more_than_its_elements() {
    with(|arena| {
        let document = format!("[{}0]", "7,".repeat(99_999));
        let before = arena.used();
        let list: &[u32] = arena.json(&document).unwrap();
        let taken = arena.used() - before - document.len();
        assert_eq!(list.len(), 100_000);
        assert!(taken < 3 * size_of_val(list), "{taken} bytes");
    });
}

#[test]
fn a_destructor_of_a_half_filled_value_runs_once() {
    thread_local! {
        static DROPS: Cell<usize> = const { Cell::new(0) };
    }

    struct Counted(#[expect(dead_code, reason = "the value does not matter")] u8);

    impl Drop for Counted {
        fn drop(&mut self) {
            DROPS.set(DROPS.get() + 1);
        }
    }

    impl<'a> DeserializeIn<'a> for Counted {
        fn deserialize_in<'de, D>(to: Destination<'_, 'a>, from: D) -> Result<Self, D::Error>
        where
            D: Deserializer<'de>,
        {
            u8::deserialize_in(to, from).map(Self)
        }
    }

    with(|arena| {
        assert!(arena.json::<[Counted; 3]>("[1, 2, true]").is_err());
        assert_eq!(DROPS.take(), 2);
        assert!(arena.json::<(Counted, Counted, Counted)>("[1, 2]").is_err());
        assert_eq!(DROPS.take(), 2);
        drop(arena.json::<request_arena_core::collections::Vec<'_, Counted>>("[1, 2]").unwrap());
        assert_eq!(DROPS.take(), 2);
    });
}

#[test]
fn a_document_of_many_collections_with_a_fork_each_keeps_to_the_limit() {
    static SITE: Site = Site::new("forks", module_path!(), file!(), line!()).with_limit(1 << 20);
    type Lists<'a> = &'a [request_arena_core::collections::owned::Vec<'a, u8>];
    let document = |lists: usize| format!("[{}[]]", "[],".repeat(lists));
    scope(&SITE, |arena| assert_eq!(arena.json::<Lists<'_>>(document(100)).unwrap().len(), 101));
    let error = scope(&SITE, |arena| arena.try_json::<Lists<'_>>(document(5000)).map(drop));
    let refused = error.unwrap_err().refused().expect("forks take memory of the heap");
    assert_eq!(refused.limit(), Some(1 << 20));
}

#[test]
fn fields_of_a_form_that_are_not_read_take_no_memory() {
    with(|arena| {
        let form = "a&".repeat(50_000);
        assert!(arena.form::<serde::de::IgnoredAny>(&form).is_ok());
        assert!(arena.used() < form.len() + 1000, "{} bytes", arena.used());
    });
}

#[test]
fn a_form_beyond_the_limit_is_an_error_of_try_form() {
    // Each of the last values takes three times its size, as it is not UTF-8.
    let form = ["a=b&".repeat(100), "c=%ff%ff%ff&".repeat(1000)].concat();
    for bytes in [form, "x".repeat(20 << 10)] {
        scope(&SMALL, |arena| {
            let error = arena.try_form::<&[(&str, &str)]>(&bytes).map(drop).unwrap_err();
            assert_eq!(error.refused().and_then(|refused| refused.limit()), Some(16 << 10));
        });
    }
}
