//! `flatten`.

use crate::twins::{same, twins};

twins! {
    pub struct Order<'a> {
        id: u8,
        #[serde(flatten)]
        customer: Customer<'a>,
        #[serde(flatten)]
        rest: Map<'a, Text<'a>, Value<'a>>,
    }
    pub struct Customer<'a> { name: Text<'a>, #[serde(default, alias = "years")] age: u8 }
    #[serde(untagged)]
    pub enum Value<'a> { Number(f64), Text(Text<'a>), List(List<'a, Value<'a>>), Null }
    #[serde(deny_unknown_fields)]
    pub struct Strict<'a> { id: u8, #[serde(flatten)] customer: Customer<'a> }
    pub struct OfEnum<'a> { id: u8, #[serde(flatten)] kind: Kind<'a> }
    pub enum Kind<'a> { Fast, Named(Text<'a>), Pair(u8, u8), Struct { x: u8 } }
    pub struct OfTagged<'a> { id: u8, #[serde(flatten)] kind: Tagged<'a>,
    #[serde(flatten)] all: Map<'a, Text<'a>, Value<'a>> }
    #[serde(tag = "type")]
    pub enum Tagged<'a> { A { a: Text<'a> }, B }
    pub struct OfAdjacent<'a> { #[serde(flatten)] kind: Adjacent<'a>, id: u8 }
    #[serde(tag = "t", content = "c")]
    pub enum Adjacent<'a> { A(Text<'a>), B }
    pub struct OfUntagged<'a> { #[serde(flatten)] kind: Untagged<'a>, id: u8 }
    #[serde(untagged)]
    pub enum Untagged<'a> { A { a: Text<'a> }, B { b: u8 } }
    pub struct OfNewtype<'a> { id: u8, #[serde(flatten)] inner: Newtype<'a> }
    pub struct Newtype<'a>(Customer<'a>);
    pub struct OfUnit { id: u8, #[serde(flatten)] unit: (), #[serde(flatten)] nothing: Unit }
    pub struct Unit;
    pub struct OfOption<'a> { id: u8, #[serde(flatten)] customer: Option<Customer<'a>> }
    pub struct OfNewtypeOfOption<'a> { #[serde(flatten)] inner: Optional<'a> }
    pub struct Optional<'a>(Option<Customer<'a>>);
    pub struct Wrong { id: u8, #[serde(flatten)] number: u8 }
    pub struct Twice<'a> { #[serde(flatten)] order: Order<'a>,
    #[serde(flatten)] again: Customer<'a> }
    pub struct Only<'a> { #[serde(flatten)] map: Map<'a, u16, Text<'a>> }
    pub struct Skipped { id: u8, #[serde(flatten, skip)] skipped: u8 }
    pub enum External<'a> { A { id: u8, #[serde(flatten)] customer: Customer<'a> } }
    #[serde(tag = "t")]
    pub enum Internal<'a> { A { id: u8, #[serde(flatten)] customer: Customer<'a> } }
}

#[test]
fn a_struct_takes_the_fields_of_another() {
    assert_eq!(
        same!(Order:
            r#"{"id":1,"name":"Ada","age":2}"#,
            r#"{"name":"A\n","years":2,"id":1,"more":"x","b":[1,null,"y"]}"#,
            r#"{"more":1,"name":"Ada","id":1,"most":"\u00e9"}"#,
            "{}", "[]", r#"{"id":1}"#, r#"{"name":"Ada"}"#, r#"{"id":1,"name":1}"#,
            r#"{"id":1,"name":"a","name":"b"}"#,
            r#"{"id":1,"id":2,"name":"a"}"#, r#"{"id":1,"name":"a","more":{}}"#, "null",
            r#"{"id":1,"name":"a","age":256}"#,
        ),
        3
    );
    assert_eq!(
        same!(Strict:
            r#"{"id":1,"name":"Ada"}"#, r#"{"id":1,"name":"Ada","x":1}"#, r#"{"id":1,"x":1}"#,
            r#"{"x":1}"#,
        ),
        1
    );
    assert_eq!(same!(OfNewtype: r#"{"id":1,"name":"Ada"}"#, r#"{"id":1}"#), 1);
    assert_eq!(same!(OfUnit: r#"{"id":1}"#, r#"{"id":1,"a":[]}"#, "{}"), 2);
    assert_eq!(same!(Wrong: r#"{"id":1,"number":1}"#, r#"{"id":1}"#), 0);
    assert_eq!(same!(Only: r#"{"1":"a","2":"b"}"#, "{}", r#"{"a":"b"}"#), 1);
    assert_eq!(same!(Skipped: r#"{"id":1}"#, r#"{"id":1,"skipped":"x"}"#), 2);
    assert_eq!(same!(Twice: r#"{"id":1,"name":"Ada","age":3}"#, r#"{"id":1}"#), 1);
}

#[test]
fn an_option_is_none_if_its_fields_are_missing() {
    assert_eq!(
        same!(OfOption:
            r#"{"id":1,"name":"Ada"}"#, r#"{"id":1}"#, r#"{"id":1,"name":1}"#,
            r#"{"id":1,"name":"a","age":-1}"#, "{}",
        ),
        4
    );
}

#[test]
fn a_struct_takes_the_variant_of_an_enum() {
    assert_eq!(
        same!(OfEnum:
            r#"{"id":1,"Fast":null}"#, r#"{"id":1,"Named":"a"}"#, r#"{"Pair":[1,2],"id":1}"#,
            r#"{"id":1,"Struct":{"x":1}}"#,
            r#"{"id":1,"Struct":[1]}"#, r#"{"id":1}"#, r#"{"id":1,"Slow":null}"#,
            r#"{"id":1,"Pair":[1]}"#, r#"{"id":1,"Named":1}"#,
        ),
        5
    );
    assert_eq!(
        same!(OfTagged:
            r#"{"id":1,"type":"A","a":"x","b":2}"#, r#"{"type":"B","id":1}"#, r#"{"id":1}"#,
            r#"{"id":1,"type":"C"}"#,
            r#"{"id":1,"type":"A"}"#,
        ),
        2
    );
    assert_eq!(
        same!(OfAdjacent: r#"{"id":1,"t":"A","c":"x"}"#, r#"{"c":"x","id":1,"t":"A"}"#,
        r#"{"id":1,"t":"B"}"#, r#"{"id":1}"#),
        3
    );
    assert_eq!(same!(OfUntagged: r#"{"id":1,"a":"x"}"#, r#"{"b":1,"id":1}"#, r#"{"id":1}"#), 2);
}

#[test]
fn a_variant_takes_the_fields_of_a_struct() {
    assert_eq!(
        same!(External: r#"{"A":{"id":1,"name":"Ada"}}"#, r#"{"A":{"id":1}}"#, r#"{"A":[1]}"#,
        r#""A""#),
        1
    );
    assert_eq!(
        same!(Internal: r#"{"t":"A","id":1,"name":"Ada"}"#, r#"{"t":"A","id":1}"#, r#"["A"]"#),
        1
    );
}
