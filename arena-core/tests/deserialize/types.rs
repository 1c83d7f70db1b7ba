//! Each type accepts the documents that serde accepts for its twin on the heap.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet, VecDeque};
use std::fmt::Debug;
use std::marker::PhantomData;
use std::net::{IpAddr, SocketAddr};
use std::num::NonZeroU8;
use std::ops::{Bound, Range, RangeFrom, RangeInclusive, RangeTo};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use request_arena_core::collections::{self, owned};
use request_arena_core::deserialize::DeserializeIn;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::with;

/// Documents of every kind. Each fits some types and not others.
const DOCUMENTS: &[&str] = &[
    "null",
    "true",
    "0",
    "7",
    "-7",
    "255",
    "256",
    "65536",
    "4294967296",
    "1.5",
    "1e400",
    "-0",
    "18446744073709551615",
    "18446744073709551616",
    "340282366920938463463374607431768211455",
    r#""""#,
    r#""a""#,
    r#""ab""#,
    r#""\u00e9\n""#,
    r#""\ud800""#,
    r#""\ud83d\ude00""#,
    r#""127.0.0.1""#,
    r#""::1""#,
    r#""127.0.0.1:80""#,
    "[]",
    "[1]",
    "[1,2]",
    "[1,2,3]",
    r#"["a","b","a"]"#,
    "[null]",
    "[true]",
    "[[1],[2,3],[]]",
    "[256]",
    "[-1]",
    r#"[1,"a"]"#,
    r#"[1,"a",true]"#,
    "{}",
    r#"{"a":1}"#,
    r#"{"b":1,"a":2,"b":3}"#,
    r#"{"1":2}"#,
    r#"{"a":[1],"b":[]}"#,
    r#"{"secs":1,"nanos":2}"#,
    r#"{"secs":1,"nanos":5000000000}"#,
    r#"{"secs_since_epoch":1,"nanos_since_epoch":2}"#,
    r#"{"start":1,"end":2}"#,
    r#"{"end":"z","start":"a"}"#,
    r#"{"start":1}"#,
    r#"{"end":1}"#,
    r#"{"start":1,"start":2}"#,
    r#"{"start":1,"end":2,"step":3}"#,
    r#"{"start":1,"end":[]}"#,
    r#""Unbounded""#,
    r#"{"Included":"a"}"#,
    r#"{"Excluded":1}"#,
    r#"{"Ok":1}"#,
    r#"{"Err":"a"}"#,
    r#"{"Ok":1,"Err":"a"}"#,
    "[1,2",
    "[1,,2]",
    "[1 2]",
    "nul",
    "01",
    "1 2",
    "",
    " ",
    "\u{feff}1",
    "\"\0\"",
    "\"\t\"",
];

/// Compares the value, or the refusal and its place, with serde's for `H`.
fn as_on_the_heap<'a, A, H>(arena: &request_arena_core::Arena<'a>)
where
    A: DeserializeIn<'a> + Serialize,
    H: DeserializeOwned + Serialize + Debug,
{
    let mut accepted = 0;
    for document in DOCUMENTS {
        let (ours, serdes) = (arena.json::<A>(document), serde_json::from_str::<H>(document));
        match (ours, serdes) {
            (Ok(ours), Ok(serdes)) => {
                accepted += 1;
                same_json(&ours, &serdes, document);
            }
            (Err(ours), Err(serdes)) => assert_eq!(
                (ours.line(), ours.column(), ours.get_ref().to_string()),
                (serdes.line(), serdes.column(), serdes.to_string()),
                "{document}"
            ),
            (ours, serdes) => panic!("{document}: {:?} against {serdes:?}", ours.map(drop)),
        }
    }
    assert!(accepted > 0, "no document fits {}", std::any::type_name::<H>());
}

/// Compares two values as JSON. The order of a hash map does not matter.
fn same_json(ours: &impl Serialize, serdes: &impl Serialize, document: &str) {
    match (serde_json::to_value(ours), serde_json::to_value(serdes)) {
        (Ok(ours), Ok(serdes)) => assert_eq!(ours, serdes, "{document}"),
        // A number that `Value` cannot hold.
        _ => {
            let texts = [serde_json::to_string(ours), serde_json::to_string(serdes)];
            let [ours, serdes] = texts.map(Result::unwrap);
            assert_eq!(ours, serdes, "{document}");
        }
    }
}

macro_rules! types {
    ($($test:ident: $($ours:ty => $serdes:ty),+;)+) => {$(
        #[test]
        fn $test() {
            with(|arena| {
                $(as_on_the_heap::<$ours, $serdes>(&arena);)+
            });
        }
    )+};
}

types! {
    numbers_and_other_scalars:
        u8 => u8, u16 => u16, u32 => u32, u64 => u64, u128 => u128, i8 => i8, i64 => i64,
        i128 => i128, f32 => f32, f64 => f64, bool => bool, char => char, () => (),
        NonZeroU8 => NonZeroU8, Duration => Duration, SystemTime => SystemTime,
        IpAddr => IpAddr, SocketAddr => SocketAddr;
    texts: &str => String, &mut str => String, &Path => PathBuf,
        owned::String<'_> => String, collections::String<'_> => String;
    lists: &[u16] => Vec<u16>, &mut [u16] => Vec<u16>, &[&str] => Vec<String>,
        &[&[u16]] => Vec<Vec<u16>>, &[Option<u8>] => Vec<Option<u8>>, [u8; 2] => [u8; 2],
        &[()] => Vec<()>, [&str; 3] => [String; 3], [u8; 0] => [u8; 0];
    tuples: (u8,) => (u8,), (u8, &str) => (u8, String), (u8, &str, bool) => (u8, String, bool);
    references_and_options: Option<&u8> => Option<u8>, &&str => String,
    Option<&str> => Option<String>,
        &mut u32 => u32, &Option<&[i8]> => Option<Vec<i8>>,
        std::num::Wrapping<u8> => std::num::Wrapping<u8>;
    ranges_and_enums_of_the_standard_library:
        Range<u8> => Range<u8>, Range<&str> => Range<String>,
        RangeInclusive<i64> => RangeInclusive<i64>,
        RangeFrom<u8> => RangeFrom<u8>, RangeTo<Option<u8>> => RangeTo<Option<u8>>,
        Bound<&str> => Bound<String>, Result<u8, &str> => Result<u8, String>,
        std::cmp::Reverse<i8> => std::cmp::Reverse<i8>, PhantomData<u8> => PhantomData<u8>;
    collections_of_the_request:
        collections::Vec<'_, u8> => Vec<u8>, collections::VecDeque<'_, &str> => VecDeque<String>,
        collections::HashMap<'_, &str, u64> => HashMap<String, u64>,
        collections::HashMap<'_, &str, u64, std::hash::RandomState> => HashMap<String, u64>,
        collections::SortedMap<'_, &str, &[u16]> => BTreeMap<String, Vec<u16>>,
        collections::HashSet<'_, bool> => HashSet<bool>,
        collections::SortedSet<'_, &str> => BTreeSet<String>,
        collections::SortedMap<'_, u8, u8> => BTreeMap<u8, u8>;
    collections_with_a_handle_of_their_own:
        owned::Vec<'_, u8> => Vec<u8>, owned::HashMap<'_, &str, u64> => HashMap<String, u64>,
        owned::SortedMap<'_, &str, u8> => BTreeMap<String, u8>, owned::SortedSet<'_,
        u8> => BTreeSet<u8>,
        owned::VecDeque<'_, u8> => VecDeque<u8>;
}

#[test]
fn a_text_without_an_escape_borrows_from_the_copy_of_the_document() {
    with(|arena| {
        let texts: &[&str] = arena.json(r#"["plain", "\u0065scaped", "plain"]"#).unwrap();
        assert_eq!(texts, ["plain", "escaped", "plain"]);
        let [first, escaped, last] = texts else { panic!() };
        let place = |text: &str| text.as_ptr() as usize;
        assert_eq!(place(last) - place(first), r#"plain", "\u0065scaped", ""#.len());
        assert!(!(place(first)..=place(last)).contains(&place(escaped)));
    });
}

#[test]
fn elements_that_own_only_arena_memory_may_lie_in_a_slice() {
    with(|arena| {
        let lists: &[collections::Vec<'_, owned::String<'_>>] =
            arena.json(r#"[["a", "b"], [], ["c"]]"#).unwrap();
        assert_eq!(lists.len(), 3);
        assert_eq!(lists[0][1], "b");
    });
}

#[test]
fn bytes_come_from_texts_and_from_numbers() {
    with(|arena| {
        assert_eq!(arena.json::<&[u8]>("[1, 2]").unwrap(), [1, 2]);
        assert_eq!(arena.json::<&[u8]>(r#""ab""#).unwrap(), b"ab");
    });
}

#[test]
fn a_parsed_value_outlives_the_borrow_of_the_handle() {
    with(|arena| {
        fn parse<'a>(arena: &request_arena_core::Arena<'a>) -> collections::Vec<'a, &'a str> {
            let document = String::from(r#"["kept"]"#);
            arena.json(&document).unwrap()
        }
        let mut list = parse(&arena);
        list.push(arena.str("more"));
        assert_eq!(list[..], ["kept", "more"]);
    });
}

#[test]
fn a_hasher_that_owns_memory_counts_as_a_part_of_its_map() {
    use request_arena_core::collections::{HashMap, HashSet};
    use std::hash::{BuildHasher, DefaultHasher};

    #[derive(Default)]
    struct Owns(#[expect(dead_code, reason = "it only owns memory")] String);

    impl BuildHasher for Owns {
        type Hasher = DefaultHasher;

        fn build_hasher(&self) -> DefaultHasher {
            DefaultHasher::new()
        }
    }

    const {
        assert!(<HashMap<'static, u8, u8, Owns> as DeserializeIn<'static>>::NEEDS_DROP);
        assert!(<HashSet<'static, u8, Owns> as DeserializeIn<'static>>::NEEDS_DROP);
        assert!(!<HashMap<'static, u8, u8> as DeserializeIn<'static>>::NEEDS_DROP);
        assert!(!<HashSet<'static, u8> as DeserializeIn<'static>>::NEEDS_DROP);
    }
}
