//! Structs, tuple structs, newtypes and unit structs.

use crate::twins::{same, twins};

mod named {
    use super::*;

    twins! {
        pub struct Order<'a> {
            customer: Text<'a>,
            items: List<'a, Item<'a>>,
            note: Option<Text<'a>>,
            total: f64,
        }
        pub struct Item<'a> { sku: Text<'a>, count: u32 }
    }

    #[test]
    fn a_struct_reads_maps_and_sequences() {
        let read = same!(Order:
            r#"{"customer":"Ada","items":[{"sku":"x","count":1}],"note":null,"total":1.5}"#,
            r#"{"customer":"A\u0064a","items":[],"note":"n\n","total":1}"#,
            r#"{"total":1,"note":"n","items":[],"customer":"c"}"#,
            r#"{"customer":"Ada","items":[],"total":1}"#,
            r#"["Ada",[["x",1]],null,2.5]"#,
            r#"{"customer":"Ada","items":[],"total":1,"unknown":{"deep":[1,{"a":null}]}}"#,
        );
        assert_eq!(read, 6);
        let read = same!(Order:
            "", "{", "null", "1", "\"text\"", "[]", "{}", r#"["Ada"]"#,
            r#"["Ada",[],null,1.0,2]"#,
            r#"{"customer":1,"items":[],"note":null,"total":1.5}"#,
            r#"{"customer":"Ada","customer":"Eve","items":[],"total":1}"#,
            r#"{"customer":"Ada","items":[{"sku":"x","count":-1}],"total":1}"#,
            r#"{"customer":"Ada","items":[{"sku":"x"}],"total":1}"#,
            r#"{"customer":"Ada","items":{},"total":1}"#,
            r#"{"customer":"Ada","items":[],"note":null}"#,
            r#"{"customer":"Ada","items":[],"total":1} x"#,
        );
        assert_eq!(read, 0);
    }
}

mod unnamed {
    use super::*;

    twins! {
        pub struct Pair<'a>(Text<'a>, u8);
        pub struct Empty();
        pub struct Newtype<'a>(Text<'a>);
        pub struct Nested<'a>(Newtype<'a>);
        pub struct Unit;
        pub struct Braces {}
    }

    #[test]
    fn a_tuple_struct_reads_a_sequence() {
        let read = same!(Pair: r#"["a",1]"#, r#"["a",255]"#);
        assert_eq!(read, 2);
        let read = same!(Pair:
            "[]", r#"["a"]"#, r#"["a",1,2]"#, r#"{"0":"a","1":1}"#, "null", r#"["a",256]"#,
            r#""a""#,
        );
        assert_eq!(read, 0);
        assert_eq!(same!(Empty: "[]", "null", "[1]", "{}"), 1);
    }

    #[test]
    fn a_newtype_reads_its_field() {
        assert_eq!(same!(Newtype: r#""a""#, r#""\"""#, "[]", "1", "null", r#"{"0":"a"}"#), 2);
        assert_eq!(same!(Nested: r#""a""#, r#"["a"]"#, "1"), 1);
    }

    #[test]
    fn a_unit_struct_reads_null() {
        assert_eq!(same!(Unit: "null", "[]", "{}", "\"Unit\"", "0"), 1);
        assert_eq!(same!(Braces: "{}", "[]", "null", r#"{"a":1}"#, "[1]"), 3);
    }
}

mod transparent {
    use super::*;

    twins! {
        types {
            #[serde(transparent)]
            pub struct Named<'a> { text: Text<'a> }
            #[serde(transparent)]
            pub struct Around<'a> {
                #[serde(skip)]
                skipped: u8,
                text: List<'a, u16>,
                #[serde(default = "seven")]
                seven: u8,
                marker: std::marker::PhantomData<u8>,
            }
            #[serde(transparent)]
            pub struct Tuple<'a>(Text<'a>);
        }
        code {
     fn seven() -> u8 { 7 }
        }
    }

    #[test]
    fn a_transparent_struct_reads_its_field() {
        assert_eq!(same!(Named: r#""a""#, r#"{"text":"a"}"#, "1"), 1);
        assert_eq!(same!(Around: "[1,2]", "[]", "{}", "[65536]"), 2);
        assert_eq!(same!(Tuple: r#""a""#, r#"["a"]"#), 1);
    }
}

mod conversions {
    use super::*;

    twins! {
        types {
            #[serde(from = "Text<'a>")]
            pub struct Length<'a>(usize, std::marker::PhantomData<&'a ()>);
            #[serde(try_from = "i32")]
            pub struct Even(i32);
            #[serde(from = "Braces")]
            pub enum Never { Made }
            pub struct Braces { left: u8 }
        }
        code {
                impl<'a> From<Text<'a>> for Length<'a> {
                    fn from(text: Text<'a>) -> Self { Length(text.len(), std::marker::PhantomData) }
                }
                impl TryFrom<i32> for Even {
                    type Error = String;
                    fn try_from(number: i32) -> Result<Self, String> {
                        if number % 2 == 0 { Ok(Even(number)) } else {
                            Err(format!("{number} is odd")) }
                    }
                }
                impl From<Braces> for Never {
                    fn from(_: Braces) -> Self { Never::Made }
                }
        }
    }

    #[test]
    fn a_struct_is_converted_from_another_type() {
        assert_eq!(same!(Length: r#""abc""#, "1"), 1);
        assert_eq!(same!(Even: "2", "3", "\"2\""), 1);
        assert_eq!(same!(Never: r#"{"left":1}"#, r#"{"right":1}"#), 1);
    }
}
