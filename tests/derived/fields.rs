//! Attributes of fields, and of containers that change fields: names, defaults, skipped fields.

use crate::twins::{same, twins};

mod names {
    use super::*;

    twins! {
        pub struct Renamed<'a> {
            #[serde(rename = "one")]
            first: Text<'a>,
            #[serde(rename(deserialize = "two", serialize = "zwei"))]
            second: u8,
            #[serde(alias = "drei", alias = "trois")]
            third: u8,
            #[serde(rename = "four", alias = "quatre")]
            fourth: Option<u8>,
            r#type: u8,
        }
        #[serde(rename_all = "camelCase")]
        pub struct Camel { first_name: u8, #[serde(rename = "kept_name")] last_name: u8 }
        #[serde(rename_all(serialize = "lowercase", deserialize = "SCREAMING-KEBAB-CASE"))]
        pub struct Kebab { first_name: u8 }
        #[serde(rename = "other", deny_unknown_fields)]
        pub struct Strict { first: u8, #[serde(alias = "b")] second: u8 }
        #[serde(deny_unknown_fields)]
        pub struct Nothing {}
        #[serde(deny_unknown_fields)]
        pub struct Skipped { #[serde(skip)] a: u8 }
    }

    #[test]
    fn fields_have_the_names_of_the_document() {
        let read = same!(Renamed:
            r#"{"one":"a","two":2,"third":3,"four":4,"type":5}"#,
            r#"{"one":"a","two":2,"drei":3,"quatre":4,"type":5}"#,
            r#"{"one":"a","two":2,"trois":3,"type":5}"#,
        );
        assert_eq!(read, 3);
        let read = same!(Renamed:
            r#"{"first":"a","two":2,"third":3,"four":4,"type":5}"#,
            r#"{"one":"a","zwei":2,"third":3,"four":4,"type":5}"#,
            r#"{"one":"a","two":2,"third":3,"drei":4,"type":5}"#,
            r#"{"one":"a","two":2,"third":3,"r#type":5}"#,
            r#"{"one":"a","two":2,"third":"x","type":5}"#,
        );
        assert_eq!(read, 0);
    }

    #[test]
    fn rename_all_renames_fields() {
        assert_eq!(same!(Camel: r#"{"firstName":1,"kept_name":2}"#, r#"{"first_name":1}"#), 1);
        assert_eq!(same!(Kebab: r#"{"FIRST-NAME":1}"#, r#"{"first_name":1}"#), 1);
    }

    #[test]
    fn unknown_fields_are_refused_with_the_list_of_names() {
        assert_eq!(
            same!(Strict:
                r#"{"first":1,"second":2}"#, r#"{"first":1,"b":2}"#, r#"{"first":1,"c":2}"#,
                r#"{"first":1,"second":2,"":3}"#, "[1,2]", "[1,2,3]",
            ),
            3
        );
        assert_eq!(same!(Nothing: "{}", r#"{"a":1}"#, "[]", "[1]"), 2);
        assert_eq!(same!(Skipped: "{}", r#"{"a":1}"#), 1);
    }
}

mod defaults {
    use super::*;

    twins! {
        types {
            pub struct Fields<'a> {
                #[serde(default)]
                text: Text<'a>,
                #[serde(default = "seven")]
                seven: u8,
                #[serde(default)]
                list: List<'a, u16>,
                needed: bool,
                #[serde(default = "self::Made::nine")]
                made: Made,
            }
            pub struct Made(u8);
            #[serde(default)]
            pub struct Whole<'a> { text: Text<'a>, number: i32, #[serde(default)] zero: u8 }
            pub struct Tuple<'a>(u8, #[serde(default)] u8, #[serde(default)] Text<'a>);
            #[serde(default)]
            pub struct WholeTuple(u8, u8);
        }
        code {
            fn seven() -> u8 { 7 }
            impl Made { fn nine() -> Self { Made(9) } }
            impl Default for Whole<'_> {
                fn default() -> Self { Whole { text: Text::from("none"), number: -1, zero: 5 } }
            }
            impl Default for WholeTuple { fn default() -> Self { WholeTuple(8, 9) } }
        }
    }

    #[test]
    fn a_missing_field_has_its_default() {
        assert_eq!(
            same!(Fields:
                r#"{"needed":true}"#, r#"{"needed":true,"text":"a","seven":8,"list":[1],"made":1}"#,
                "{}", r#"{"needed":null}"#, r#"{"needed":true,"text":null}"#,
                r#"["a",1,[2],true]"#, r#"["a"]"#, "[]",
            ),
            3
        );
    }

    #[test]
    fn a_container_has_a_default_for_all_fields() {
        assert_eq!(same!(Whole: "{}", r#"{"text":"a"}"#, r#"{"number":2}"#, "[]", "null"), 4);
        assert_eq!(same!(Tuple: "[1]", "[1,2]", r#"[1,2,"a"]"#, "[]", "[1,2,3]"), 3);
        assert_eq!(same!(WholeTuple: "[]", "[1]", "[1,2]", "[1,2,3]"), 3);
    }
}

mod empty_collections {
    use super::*;

    twins! {
        pub struct Order<'a> {
            name: u8,
            #[serde(default)]
            lines: Growing<'a, u16>,
            #[serde(default)]
            owned: Own<'a, u16>,
            #[serde(default)]
            note: Buffer<'a>,
            #[serde(default)]
            prices: Map<'a, Text<'a>, u8>,
            #[serde(default)]
            hashed: Hashed<'a, u8>,
            #[serde(default)]
            set: Set<'a, u8>,
            #[serde(default)]
            queue: Queue<'a, u8>,
            #[serde(default)]
            sorted: Sorted<'a, u8>,
            #[serde(default)]
            path: Place<'a>,
            #[serde(default)]
            behind: Ref<'a, u8>,
            #[serde(skip)]
            worked_out: Growing<'a, Text<'a>>,
        }
        pub struct Pair<'a>(u8, #[serde(default)] Growing<'a, u8>);
        #[serde(transparent)]
        pub struct Thin<'a> { id: u8, #[serde(skip)] seen: Growing<'a, u8> }
        pub enum Either<'a> {
            One { #[serde(default)] list: Growing<'a, u8> },
            Two(#[serde(skip)] Own<'a, u8>),
        }
        #[serde(tag = "t")]
        pub enum Tagged<'a> {
            One { #[serde(default)] list: Growing<'a, u8> },
            Two(#[serde(skip)] Own<'a, u8>),
        }
        #[serde(untagged)]
        pub enum Untagged<'a> {
            One { a: u8, #[serde(default)] list: Growing<'a, u8> },
            Two(#[serde(skip)] Own<'a, u8>),
        }
    }

    #[test]
    fn a_missing_collection_is_empty() {
        assert_eq!(
            same!(Order:
                r#"{"name":1}"#, r#"{"name":1,"lines":[1,2],"note":"a","prices":{"a":1}}"#,
                r#"{"name":1,"hashed":{"1":2},"set":[1],"queue":[1],"sorted":[2,1],"owned":[3]}"#,
                r#"{"name":1,"path":"/a","behind":2}"#, r#"{"name":1,"lines":null}"#, "{}", "[1]",
                "[1,[2]]",
            ),
            6
        );
        assert_eq!(same!(Pair: "[1]", "[1,[2]]", "[]"), 2);
        assert_eq!(same!(Thin: "1", "null"), 1);
    }

    #[test]
    fn a_missing_collection_of_a_variant_is_empty() {
        assert_eq!(same!(Either: r#"{"One":{}}"#, r#"{"One":{"list":[1]}}"#, r#""Two""#), 3);
        assert_eq!(
            same!(Tagged: r#"{"t":"One"}"#, r#"{"t":"One","list":[1]}"#, r#"{"t":"Two"}"#),
            3
        );
        assert_eq!(same!(Untagged: r#"{"a":1}"#, r#"{"a":1,"list":[2]}"#, "null", "1"), 3);
    }
}

mod skipped {
    use super::*;

    twins! {
        types {
            pub struct Order<'a> {
                a: u8,
                #[serde(skip)]
                b: Text<'a>,
                #[serde(skip_deserializing, default = "seven")]
                c: u8,
                #[serde(skip_serializing)]
                d: u8,
                #[serde(skip_serializing_if = "Option::is_none")]
                e: Option<u8>,
                #[serde(skip)]
                owned: String,
            }
            pub struct Tuple<'a>(u8, #[serde(skip)] Text<'a>, u8);
            pub struct Newtype(#[serde(skip)] u8);
        }
        code { fn seven() -> u8 { 7 } }
    }

    #[test]
    fn a_skipped_field_is_not_read() {
        assert_eq!(
            same!(Order:
                r#"{"a":1,"d":2}"#, r#"{"a":1,"b":"x","c":9,"d":2,"e":3}"#,
                r#"{"a":1,"b":1,"d":2}"#,
                r#"{"b":"x"}"#, "[1,2,3]", "[1,2]", "[1,2,3,4]",
            ),
            4
        );
        assert_eq!(same!(Tuple: "[1,2]", "[1,2,3]", "[1]"), 1);
        assert_eq!(same!(Newtype: "[]", "1", "null"), same!(Newtype: "[]", "1", "null"));
    }
}

/// Outside of `twins!`, because serde's derive cannot read such a default within a macro.
mod default_of_the_container_by_path {
    use super::same;

    mod heap {
        #[derive(Debug, serde::Deserialize)]
        #[serde(default = "from_function")]
        #[allow(dead_code, reason = "only `Debug` reads the fields")]
        pub(crate) struct ByPath {
            number: i32,
            #[serde(skip)]
            hidden: i32,
        }

        fn from_function() -> ByPath {
            ByPath { number: 3, hidden: 4 }
        }
    }

    mod arena {
        #[derive(Debug, request_arena::DeserializeIn)]
        #[serde(default = "from_function")]
        #[allow(dead_code, reason = "only `Debug` reads the fields")]
        pub(crate) struct ByPath {
            number: i32,
            #[serde(skip)]
            hidden: i32,
        }

        fn from_function() -> ByPath {
            ByPath { number: 3, hidden: 4 }
        }
    }

    #[test]
    fn a_function_makes_the_default() {
        assert_eq!(same!(ByPath: "{}", r#"{"number":1,"hidden":2}"#, "[]", "[5]", "[5,6]"), 4);
    }
}

mod without_effect {
    use request_arena::DeserializeIn;
    use serde::{Serialize, Serializer};

    use crate::twins::read;

    #[derive(Debug, Serialize, DeserializeIn)]
    #[serde(bound(serialize = "T: Copy"))]
    struct Serialised<'a, T> {
        #[serde(serialize_with = "nothing")]
        a: T,
        #[serde(borrow)]
        b: Option<&'a str>,
        #[serde(borrow = "'a", skip_serializing_if = "Option::is_none")]
        c: Option<Wrapped<'a>>,
    }

    #[derive(Debug, Serialize, DeserializeIn)]
    #[serde(into = "u8")]
    struct Wrapped<'a>(#[serde(borrow)] &'a str);

    impl Clone for Wrapped<'_> {
        fn clone(&self) -> Self {
            Wrapped(self.0)
        }
    }

    impl From<Wrapped<'_>> for u8 {
        fn from(_: Wrapped<'_>) -> Self {
            1
        }
    }

    fn nothing<T, S: Serializer>(_: &T, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_unit()
    }

    #[test]
    fn attributes_of_serialisation_and_borrow_change_nothing() {
        let text = read!(r#"{"a":1,"b":"b\n","c":"c"}"#, |value: Serialised<'_, u8>| {
            serde_json::to_string(&value).expect("a text")
        });
        assert_eq!(text.as_deref(), Ok(r#"{"a":null,"b":"b\n","c":1}"#));
    }
}
