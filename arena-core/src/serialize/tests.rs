//! Compares with serde_json, over every kind of value.

use std::collections::BTreeMap;
use std::fmt::{self, Display};
use std::io;
use std::net::IpAddr;

use serde::{Serialize, Serializer};
use serde_json::value::RawValue;
use serde_json::{Value, json};

use super::to_writer;

/// Both write the same, or both refuse with the same words.
#[track_caller]
fn same(value: &(impl Serialize + ?Sized)) {
    let mut written = Vec::new();
    let ours = to_writer(&mut written, value);
    let theirs = serde_json::to_vec(value);
    match (ours, theirs) {
        (Ok(()), Ok(theirs)) => {
            assert_eq!(String::from_utf8_lossy(&written), String::from_utf8_lossy(&theirs))
        }
        (Err(ours), Err(theirs)) => assert_eq!(ours.to_string(), theirs.to_string()),
        (ours, theirs) => panic!("{ours:?}, and serde_json: {theirs:?}"),
    }
}

#[derive(Serialize)]
struct Unit;

#[derive(Serialize)]
struct Newtype<T>(T);

#[derive(Serialize)]
struct Pair<T>(T, T);

#[derive(Serialize)]
struct Fields<T> {
    first: T,
    #[serde(rename = "the \"second\"\n")]
    second: Option<T>,
    #[serde(skip_serializing_if = "Option::is_none")]
    third: Option<T>,
}

#[derive(Serialize)]
struct Flat<T> {
    own: u8,
    #[serde(flatten)]
    inner: Fields<T>,
    #[serde(flatten)]
    rest: BTreeMap<&'static str, T>,
}

#[derive(Serialize, PartialEq, Eq, PartialOrd, Ord)]
enum External {
    #[serde(rename = "uni\"t")]
    Unit,
    Newtype(u8),
    Tuple(u8, u8),
    Struct {
        a: u8,
        b: u8,
    },
    Empty {},
}

#[derive(Serialize)]
#[serde(tag = "kind")]
enum Internal {
    Unit,
    Struct { a: u8 },
}

#[derive(Serialize)]
#[serde(tag = "kind", content = "content")]
enum Adjacent {
    Unit,
    Newtype(u8),
    Struct { a: u8 },
}

struct Bytes;

impl Serialize for Bytes {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bytes(&[0, 7, 255])
    }
}

/// A text that is written in pieces.
struct Pieces;

impl Display for Pieces {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "one \"{}\" {:>9}", "two\n", 3)
    }
}

impl Serialize for Pieces {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

struct Refuses;

impl Serialize for Refuses {
    fn serialize<S: Serializer>(&self, _: S) -> Result<S::Ok, S::Error> {
        Err(serde::ser::Error::custom("it has a reason"))
    }
}

#[test]
fn scalars() {
    same(&());
    same(&Unit);
    [true, false].iter().for_each(same);
    [i8::MIN, -1, 0, i8::MAX].iter().for_each(same);
    [i16::MIN, i16::MAX].iter().for_each(same);
    [i32::MIN, i32::MAX].iter().for_each(same);
    [i64::MIN, i64::MAX].iter().for_each(same);
    [i128::MIN, i128::MAX].iter().for_each(same);
    same(&u8::MAX);
    same(&u16::MAX);
    same(&u32::MAX);
    same(&u64::MAX);
    same(&u128::MAX);
    [0.0, -0.0, 0.1, 1e300, 5e-324, 1.0, f64::NAN, f64::INFINITY].iter().for_each(same);
    [0.1_f32, f32::MAX, f32::NEG_INFINITY, 16_777_216.0].iter().for_each(same);
    ['a', '"', '\n', 'é', '\u{10ffff}', '\0'].iter().for_each(same);
    same("a text");
    same(&Bytes);
    same(&Pieces);
    same(&Newtype(Pieces));
}

#[test]
fn lists_and_structs() {
    same(&[0_u8; 0]);
    same(&[1]);
    same(&[[1, 2], [3, 4]]);
    same(&Vec::<Vec<Unit>>::from([vec![], vec![Unit, Unit], vec![]]));
    same(&("a", 1, None::<u8>, Some(Some(2.5))));
    same(&Pair("a\\", "b"));
    for third in [None, Some("3")] {
        let inner = Fields { first: "1", second: Some("2"), third };
        let rest = [("x", "y"), ("z", "\t")].into();
        same(&Flat { own: 0, inner, rest });
    }
    same(&Fields { first: Newtype(Unit), second: None, third: None });
    #[derive(Serialize)]
    struct NoFields {}
    same(&NoFields {});
}

#[test]
fn enums() {
    let all = || {
        [
            External::Unit,
            External::Newtype(1),
            External::Tuple(2, 3),
            External::Struct { a: 4, b: 5 },
            External::Empty {},
        ]
    };
    same(&all());
    all().each_ref().into_iter().for_each(same);
    same(&[Internal::Unit, Internal::Struct { a: 1 }]);
    same(&[Adjacent::Unit, Adjacent::Newtype(1), Adjacent::Struct { a: 2 }]);
}

#[test]
fn maps_and_their_keys() {
    fn map<K: Ord>(keys: impl IntoIterator<Item = K>) -> BTreeMap<K, Value> {
        keys.into_iter().map(|key| (key, json!({"in": [1, "\""]}))).collect()
    }
    same(&map::<u8>([]));
    same(&map(["", "a", "long enough for a word \"or two\""]));
    same(&map([-1_i64, 0, i64::MAX]));
    same(&map([u128::MAX]));
    same(&map([true, false]));
    same(&map(['a', '"', '🦀']));
    same(&map([IpAddr::from([127, 0, 0, 1]), IpAddr::from([0_u16; 8])]));
    same(&map([External::Unit]));
    #[derive(Serialize, PartialEq, Eq, PartialOrd, Ord)]
    struct Name(u32);
    same(&map([Name(1), Name(2)]));
    // Refused by both.
    same(&map([()]));
    same(&map([vec![1]]));
    same(&map([External::Newtype(1)]));
    same(&map([External::Struct { a: 1, b: 2 }]));
}

#[test]
fn values_that_are_written_as_they_are() {
    let raw = RawValue::from_string("{\"a\" :  1.50}".to_owned()).unwrap();
    same(&raw);
    same(&[&raw, &raw]);
    same(&Fields { first: &raw, second: Some(&raw), third: None });
}

#[test]
fn a_value_that_refuses_has_its_own_words() {
    same(&Refuses);
    same(&[Refuses]);
    same(&Fields { first: Refuses, second: None, third: None });
}

#[test]
fn every_document_of_a_depth() {
    fn documents(depth: usize) -> Vec<Value> {
        let mut all =
            vec![json!(null), json!(-7), json!(2.5), json!("a\u{1}é"), json!([]), json!({})];
        if depth > 0 {
            let inner = documents(depth - 1);
            all.extend(inner.iter().map(|value| json!([value])));
            all.extend(inner.iter().map(|value| json!({"key": value, "\"": value})));
            all.push(Value::Array(inner));
        }
        all
    }
    documents(4).iter().for_each(same);
}

#[test]
fn the_error_of_a_writer_is_kept() {
    struct Full(usize);
    impl io::Write for Full {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0 = self.0.checked_sub(bytes.len()).ok_or(io::Error::other("it is full"))?;
            Ok(bytes.len())
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
    let value = json!({"a": [1, 2.5, "text"], "b\n": {"c": null}});
    let length = value.to_string().len();
    for room in 0..length {
        let error = to_writer(&mut Full(room), &value).unwrap_err();
        assert_eq!(error.to_string(), "it is full", "{room}");
    }
    to_writer(&mut Full(length), &value).unwrap();
}
