//! Type parameters, const parameters, lifetimes and bounds.

use std::collections::BTreeMap;
use std::fmt::Debug;
use std::marker::PhantomData;

use request_arena::DeserializeIn;

use crate::twins::{read, same, twins};

twins! {
    pub struct Page<T> { items: Option<T>, total: u32 }
    pub struct Both<A, B> where A: Copy { a: A, #[serde(default)] b: B,
    marker: std::marker::PhantomData<(A, B)> }
    pub struct Const<const N: usize> { #[serde(default)] number: u8,
    #[serde(skip)] marker: std::marker::PhantomData<[u8; N]> }
    pub struct Defaulted<T = u8> { value: T }
    pub enum Tree<T> { Leaf(T), Pair { left: T, right: T } }
    #[serde(tag = "t", content = "c")]
    pub enum Adjacent<T> { A(T), B { b: T } }
    #[serde(untagged)]
    pub enum Untagged<T, U> { A(T), B(U) }
    pub struct Flat<T> { #[serde(flatten)] inner: T, a: u8 }
    pub struct Inner { b: u8 }
    #[serde(bound = "T: serde::de::DeserializeOwned + Default")]
    pub struct Skipped<T> { #[serde(skip)] value: T, a: u8 }
}

#[test]
fn a_type_parameter_is_read() {
    assert_eq!(
        same!([Page<u8>] [Page<u8>]: r#"{"items":1,"total":2}"#, r#"{"total":1}"#,
        r#"{"items":-1}"#),
        2
    );
    assert_eq!(
        same!([Page<heap::Page<bool>>] [Page<arena::Page<bool>>]:
            r#"{"items":{"items":true,"total":1},"total":2}"#),
        1
    );
    assert_eq!(
        same!([Both<u8, u16>] [Both<u8, u16>]: r#"{"a":1,"marker":null}"#,
        r#"{"a":1,"b":2,"marker":null}"#, "{}"),
        2
    );
    assert_eq!(same!([Const<2>] [Const<2>]: "{}", r#"{"number":1}"#), 2);
    assert_eq!(same!([Defaulted] [Defaulted]: r#"{"value":1}"#), 1);
    assert_eq!(
        same!([Tree<u8>] [Tree<u8>]: r#"{"Leaf":1}"#, r#"{"Pair":{"left":1,"right":2}}"#,
        r#"{"Leaf":"x"}"#),
        2
    );
    assert_eq!(
        same!([Adjacent<u8>] [Adjacent<u8>]: r#"{"t":"A","c":1}"#, r#"{"c":{"b":1},"t":"B"}"#),
        2
    );
    assert_eq!(same!([Untagged<u8, bool>] [Untagged<u8, bool>]: "1", "true", "null"), 2);
    assert_eq!(
        same!([Flat<heap::Inner>] [Flat<arena::Inner>]: r#"{"a":1,"b":2}"#, r#"{"a":1}"#),
        1
    );
    assert_eq!(same!([Skipped<u8>] [Skipped<u8>]: r#"{"a":1}"#), 1);
}

/// Needs `DeserializeIn` for every lifetime.
fn for_every_arena<T>()
where
    T: for<'a> DeserializeIn<'a>,
{
}

#[derive(Debug, DeserializeIn)]
#[allow(dead_code, reason = "only `Debug` reads the fields")]
struct Plain {
    number: u8,
}

#[derive(DeserializeIn)]
#[allow(dead_code, reason = "only the `impl` matters")]
struct Marker<T>(u8, PhantomData<T>);

struct NoTraits;

#[test]
fn a_type_without_lifetimes_is_read_in_every_arena() {
    for_every_arena::<Plain>();
    for_every_arena::<Marker<NoTraits>>();
}

#[derive(Debug, DeserializeIn)]
#[deserialize_in(arena = 'arena)]
struct Two<'text, 'arena> {
    text: &'arena str,
    #[serde(skip)]
    kept: Option<&'text str>,
}

trait Family {
    type Member;
}

#[derive(Debug)]
struct Texts<'a>(PhantomData<&'a ()>);

impl<'a> Family for Texts<'a> {
    type Member = &'a str;
}

#[derive(DeserializeIn)]
struct Associated<F: Family> {
    member: F::Member,
}

#[derive(Debug, DeserializeIn)]
#[serde(bound(deserialize = "K: DeserializeIn<'a> + Debug"))]
struct Bound<'a, K: 'a> {
    key: K,
    #[serde(bound(deserialize = ""), skip)]
    map: BTreeMap<u8, &'a str>,
}

#[derive(Debug, DeserializeIn)]
struct Arena<'arena> {
    destination: &'arena str,
}

#[derive(Debug, DeserializeIn)]
struct De<'de> {
    de: &'de str,
}

#[test]
fn an_attribute_names_the_arenas_lifetime() {
    let text = read!(r#"{"text":"a\n"}"#, |two: Two<'_, '_>| {
        assert_eq!(two.kept, None);
        two.text.to_owned()
    });
    assert_eq!(text.as_deref(), Ok("a\n"));
}

#[test]
fn an_associated_type_is_read() {
    let text =
        read!(r#"{"member":"ab"}"#, |read: Associated<Texts<'_>>| { read.member.to_owned() });
    assert_eq!(text.as_deref(), Ok("ab"));
}

#[test]
fn a_bound_replaces_the_derived_ones() {
    let read =
        read!(r#"{"key":"a"}"#, |read: Bound<'_, &str>| format!("{}{:?}", read.key, read.map));
    assert_eq!(read.as_deref(), Ok("a{}"));
}

#[test]
fn lifetimes_of_the_expansion_do_not_collide() {
    let read = read!(r#"{"destination":"a"}"#, |read: Arena<'_>| read.destination.len());
    assert_eq!(read, Ok(1));
    let read = read!(r#"{"de":"ab"}"#, |read: De<'_>| read.de.len());
    assert_eq!(read, Ok(2));
}
