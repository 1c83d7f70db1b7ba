//! Functions and serde's own `Deserialize` for a field.

use crate::twins::{read, same, twins};

mod by_serde {
    use super::*;

    // The same attributes on the heap: `deserialize_in` means nothing to serde's derive.
    mod heap {
        use serde::Deserialize;

        #[derive(Debug, Deserialize)]
        #[allow(dead_code, reason = "only `Debug` reads the fields")]
        pub(crate) struct Event {
            pub(crate) id: super::Id,
            pub(crate) optional: Option<super::Id>,
            #[serde(default)]
            pub(crate) defaulted: super::Id,
            #[serde(flatten)]
            pub(crate) flat: super::Flat,
        }

        #[derive(Debug, Deserialize)]
        #[allow(dead_code, reason = "only `Debug` reads the fields")]
        pub(crate) struct Generic<T> {
            pub(crate) value: T,
        }

        #[derive(Debug, Deserialize)]
        #[serde(tag = "t", content = "c")]
        #[allow(dead_code, reason = "only `Debug` reads the fields")]
        pub(crate) enum Adjacent {
            Id(super::Id),
            Optional(Option<super::Id>),
        }
    }

    mod arena {
        use request_arena::DeserializeIn;

        #[derive(Debug, DeserializeIn)]
        #[allow(dead_code, reason = "only `Debug` reads the fields")]
        pub(crate) struct Event {
            #[deserialize_in(serde)]
            pub(crate) id: super::Id,
            #[deserialize_in(serde)]
            pub(crate) optional: Option<super::Id>,
            #[serde(default)]
            #[deserialize_in(serde)]
            pub(crate) defaulted: super::Id,
            #[serde(flatten)]
            #[deserialize_in(serde)]
            pub(crate) flat: super::Flat,
        }

        #[derive(Debug, DeserializeIn)]
        #[allow(dead_code, reason = "only `Debug` reads the fields")]
        pub(crate) struct Generic<T> {
            #[deserialize_in(serde)]
            pub(crate) value: T,
        }

        #[derive(Debug, DeserializeIn)]
        #[serde(tag = "t", content = "c")]
        #[allow(dead_code, reason = "only `Debug` reads the fields")]
        pub(crate) enum Adjacent {
            Id(#[deserialize_in(serde)] super::Id),
            Optional(#[deserialize_in(serde)] Option<super::Id>),
        }
    }

    /// A type of another crate, as `uuid::Uuid` is: it has no `DeserializeIn`.
    #[derive(Debug, Default, serde::Deserialize)]
    #[serde(try_from = "String")]
    pub(crate) struct Id(#[allow(dead_code, reason = "only `Debug` reads it")] u64);

    impl TryFrom<String> for Id {
        type Error = std::num::ParseIntError;

        fn try_from(text: String) -> Result<Self, Self::Error> {
            u64::from_str_radix(&text, 16).map(Id)
        }
    }

    #[derive(Debug, serde::Deserialize)]
    pub(crate) struct Flat {
        #[allow(dead_code, reason = "only `Debug` reads it")]
        name: String,
    }

    #[test]
    fn a_field_is_read_by_serde() {
        assert_eq!(
            same!(Event:
                r#"{"id":"ff","name":"a"}"#,
                r#"{"id":"ff","optional":"1","defaulted":"2","name":"a\n"}"#,
                r#"{"id":"xx","name":"a"}"#, r#"{"id":1,"name":"a"}"#, r#"{"name":"a"}"#,
                r#"{"id":"1"}"#,
                r#"{"id":"1","optional":1,"name":"a"}"#,
            ),
            2
        );
        assert_eq!(same!([Generic<Id>] [Generic<Id>]: r#"{"value":"a"}"#, "{}"), 1);
        assert_eq!(
            same!(Adjacent:
                r#"{"t":"Id","c":"1"}"#, r#"{"c":"1","t":"Id"}"#, r#"{"t":"Id"}"#,
                r#"{"t":"Optional"}"#,
            ),
            3
        );
    }
}

mod by_function {
    use super::*;

    twins! {
        types {
            pub struct Fields<'a> {
                #[serde(deserialize_with = "doubled")]
                a: u32,
                #[serde(with = "module", default)]
                b: u32,
                #[serde(deserialize_with = "doubled", alias = "cc")]
                c: u32,
                d: Text<'a>,
            }
            pub struct Tuple(#[serde(with = "module")] u32, u8);
            pub struct Newtype(#[serde(deserialize_with = "doubled")] u32);
            #[serde(transparent)]
            pub struct Transparent { #[serde(deserialize_with = "doubled")] a: u32 }
            pub enum External {
                A(#[serde(with = "module")] u32),
                B(#[serde(with = "module")] u32, u8),
                C { #[serde(with = "module")] c: u32 },
                #[serde(with = "pair")]
                Pair(u32, u32),
                #[serde(with = "module")]
                Newtype(u32),
                #[serde(with = "pair")]
                Struct { a: u32, b: u32 },
                #[serde(with = "module")]
                One { a: u32 },
                #[serde(deserialize_with = "unit")]
                Unit,
            }
            #[serde(tag = "t", content = "c")]
            pub enum Adjacent {
                A(#[serde(with = "module")] u32),
                #[serde(with = "pair")]
                Pair(u32, u32),
                #[serde(deserialize_with = "unit")]
                Unit,
            }
            #[serde(tag = "t")]
            pub enum Internal {
                A { #[serde(with = "module")] a: u32 },
                #[serde(deserialize_with = "field")]
                B(u32),
            }
            #[serde(untagged)]
            pub enum Untagged<'a> {
                A(#[serde(with = "module")] u32),
                #[serde(with = "pair")]
                Pair(u32, u32),
                Rest(Text<'a>),
            }
            pub struct Flat<'a> {
                #[serde(flatten, deserialize_with = "field")]
                a: u32,
                b: Text<'a>,
            }
            #[serde(bound(deserialize = ""))]
            pub struct Generic<T> { #[serde(with = "marker")] value: std::marker::PhantomData<T>,
            b: u8 }
        }
        code {
            use serde::{Deserialize, Deserializer};

            fn doubled<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u32, D::Error> {
                u32::deserialize(deserializer).map(|number| number * 2)
            }
            fn unit<'de, D: Deserializer<'de>>(deserializer: D) -> Result<(), D::Error> {
                u32::deserialize(deserializer).map(|_| ())
            }
            fn field<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u32, D::Error> {
                #[derive(Deserialize)]
                struct Field { number: u32 }
                Field::deserialize(deserializer).map(|field| field.number)
            }
            mod module {
                pub(super) use super::doubled as deserialize;
            }
            mod pair {
                use serde::{Deserialize, Deserializer};
                pub(super) fn deserialize<'de, D: Deserializer<'de>>(
                    deserializer: D,
                ) -> Result<(u32, u32), D::Error> {
                    <[u32; 2]>::deserialize(deserializer).map(|[a, b]| (b, a))
                }
            }
            mod marker {
                use serde::{Deserialize, Deserializer};
                pub(super) fn deserialize<'de, T, D: Deserializer<'de>>(
                    deserializer: D,
                ) -> Result<std::marker::PhantomData<T>, D::Error> {
                    u8::deserialize(deserializer).map(|_| std::marker::PhantomData)
                }
            }
        }
    }

    #[test]
    fn a_field_is_read_by_a_function_of_serde() {
        assert_eq!(
            same!(Fields:
                r#"{"a":1,"c":2,"d":"x"}"#, r#"{"a":1,"b":3,"cc":2,"d":"x"}"#, r#"[1,2,3,"x"]"#,
                r#"{"c":2,"d":"x"}"#, r#"{"a":"1","c":2,"d":"x"}"#, r#"{"a":1,"a":1}"#, "[]", "[1]",
            ),
            3
        );
        assert_eq!(same!(Tuple: "[1,2]", r#"["1",2]"#, "[]"), 1);
        assert_eq!(same!(Newtype: "1", "null"), 1);
        assert_eq!(same!(Transparent: "1", "null"), 1);
        assert_eq!(same!(Flat: r#"{"number":1,"b":"x"}"#, r#"{"b":"x"}"#), 1);
        assert_eq!(
            same!([Generic<String>] [Generic<String>]: r#"{"value":1,"b":2}"#, r#"{"b":1}"#),
            1
        );
    }

    #[test]
    fn a_variant_is_read_by_a_function_of_serde() {
        assert_eq!(
            same!(External:
                r#"{"A":1}"#, r#"{"B":[1,2]}"#, r#"{"C":{"c":1}}"#, r#"{"Pair":[1,2]}"#,
                r#"{"Newtype":4}"#,
                r#"{"Struct":[1,2]}"#, r#"{"One":5}"#, r#"{"Unit":6}"#,
                r#"{"A":"1"}"#, r#"{"Pair":[1]}"#, r#""Unit""#, r#"{"C":{}}"#, r#""Pair""#,
            ),
            8
        );
        assert_eq!(
            same!(Adjacent:
                r#"{"t":"A","c":1}"#, r#"{"t":"Pair","c":[1,2]}"#, r#"{"c":[1,2],"t":"Pair"}"#,
                r#"{"t":"Unit"}"#,
                r#"{"t":"Pair"}"#, r#"{"t":"Unit","c":1}"#, r#"{"t":"Pair","c":[1]}"#,
            ),
            5
        );
        assert_eq!(
            same!(Internal: r#"{"t":"A","a":1}"#, r#"{"t":"B","number":1}"#, r#"{"t":"B"}"#,
            r#"{"t":"A"}"#),
            2
        );
        assert_eq!(same!(Untagged: "1", "[1,2]", r#""x""#, "[1]", "null"), 3);
    }
}

mod by_function_of_the_arena {
    use request_arena::DeserializeIn;
    use request_arena::deserialize::Destination;
    use serde::Deserializer;

    use super::read;

    #[derive(Debug, DeserializeIn)]
    struct Words<'a> {
        #[deserialize_in(with = "words")]
        words: &'a [&'a str],
        #[deserialize_in(with = "words")]
        #[serde(default)]
        more: &'a [&'a str],
    }

    fn words<'de, 'a, D: Deserializer<'de>>(
        to: Destination<'_, 'a>,
        deserializer: D,
    ) -> Result<&'a [&'a str], D::Error> {
        let text = <&'a str>::deserialize_in(to, deserializer)?;
        to.allocated(to.arena().try_alloc_slice_fill_iter(text.split(' ').collect::<Vec<_>>()))
            .map(|words| &*words)
    }

    #[test]
    fn a_function_has_the_arena() {
        let read = read!(r#"{"words":"a\tb c"}"#, |value: Words<'_>| {
            assert!(value.more.is_empty());
            value.words.join("+")
        });
        assert_eq!(read.as_deref(), Ok("a\tb+c"));
    }
}
