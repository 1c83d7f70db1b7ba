//! Forms and query strings accept what serde_urlencoded accepts.

use std::collections::BTreeMap;
use std::fmt::Debug;

use request_arena_core::collections::SortedMap;
use request_arena_core::deserialize::DeserializeIn;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::with;

const FORMS: &[&str] = &[
    "", "a=1", "a=1&b=2", "a=1&a=2", "a", "a=", "=1", "&&a=1&&", "a=1=2", "a+b=c+d", "%61=%62",
    "a=%", "a=%4", "a=%zz", "a=%C3%A3", "a=%FF", "a=x%FFy", "a=%E2%82", "a=true", "a=-1", "a=1.5",
    "a=256", "a=%00", "a=1;b=2", "a%3D1=2", "%26=%3d", "a=\u{e9}", "a=+1", "a= 1",
];

fn as_on_the_heap<'a, A, H>(arena: &request_arena_core::Arena<'a>)
where
    A: DeserializeIn<'a> + Serialize + Debug,
    H: DeserializeOwned + Serialize + Debug,
{
    for form in FORMS {
        match (arena.form::<A>(form), serde_urlencoded::from_str::<H>(form)) {
            (Ok(ours), Ok(serdes)) => {
                let [ours, serdes] = [serde_json::to_value(&ours), serde_json::to_value(&serdes)];
                assert_eq!(ours.unwrap(), serdes.unwrap(), "{form}");
            }
            (Err(ours), Err(serdes)) => {
                assert_eq!(ours.get_ref().to_string(), serdes.to_string(), "{form}");
            }
            (ours, serdes) => panic!("{form}: {ours:?} against {serdes:?}"),
        }
    }
}

#[test]
fn forms_are_read_as_on_the_heap() {
    with(|arena| {
        as_on_the_heap::<SortedMap<'_, &str, &str>, BTreeMap<String, String>>(&arena);
        as_on_the_heap::<SortedMap<'_, &str, u8>, BTreeMap<String, u8>>(&arena);
        as_on_the_heap::<SortedMap<'_, &str, f64>, BTreeMap<String, f64>>(&arena);
        as_on_the_heap::<SortedMap<'_, &str, Option<bool>>, BTreeMap<String, Option<bool>>>(&arena);
        as_on_the_heap::<SortedMap<'_, char, i64>, BTreeMap<char, i64>>(&arena);
        as_on_the_heap::<&[(&str, &str)], Vec<(String, String)>>(&arena);
    });
}

#[test]
fn an_error_has_the_path_of_its_field() {
    with(|arena| {
        let error = arena.form::<SortedMap<'_, &str, u8>>("a=1&page=300").unwrap_err();
        assert_eq!(error.to_string(), "page: number too large to fit in target type");
    });
}

#[test]
fn bytes_of_any_kind_are_accepted() {
    with(|arena| {
        let form: SortedMap<'_, &str, &str> = arena.form(b"a=\xff&b=\xc3\xa3").unwrap();
        assert_eq!((form["a"], form["b"]), ("\u{fffd}", "\u{e3}"));
    });
}
