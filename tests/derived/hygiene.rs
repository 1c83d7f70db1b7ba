//! The derive works whatever names the user has.

use request_arena::{Site, scope};

/// A module in which each name of the prelude means something else.
mod shadowed {
    #![deny(warnings, clippy::pedantic, clippy::nursery)]
    #![allow(
        dead_code,
        non_camel_case_types,
        non_upper_case_globals,
        unreachable_pub,
        reason = "the names are the test"
    )]

    pub struct Option;
    pub struct Result;
    pub struct Some;
    pub struct None;
    pub struct Ok;
    pub struct Err;
    pub struct Default;
    pub struct PhantomData;
    pub struct String;
    pub struct Vec;
    pub struct Box;
    pub trait Deserializer {}
    pub trait Visitor {}
    pub trait DeserializeIn {}
    pub mod core {}
    pub mod std {}
    pub mod serde {}
    pub type usize = u8;
    pub type str = u8;
    pub type bool = u8;

    pub const destination: u8 = 1;
    pub const map: u8 = 1;
    pub const value: u8 = 1;

    #[derive(::request_arena::DeserializeIn)]
    pub struct Fields<'a> {
        pub destination: &'a ::std::primitive::str,
        pub map: ::std::option::Option<u16>,
        pub value: u16,
        pub deserializer: u16,
        pub r#match: u16,
        #[serde(default)]
        pub __field0: u16,
        #[serde(skip)]
        pub __map: u16,
    }

    #[derive(::request_arena::DeserializeIn)]
    pub enum Variants<'a> {
        None,
        Some(u16),
        Ok(u16, &'a ::std::primitive::str),
        Err { value: u16, destination: u16 },
    }

    #[derive(::request_arena::DeserializeIn)]
    #[serde(tag = "type")]
    pub enum Internal<'a> {
        None,
        Err { value: u16, destination: &'a ::std::primitive::str },
    }

    #[derive(::request_arena::DeserializeIn)]
    #[serde(tag = "type", content = "content")]
    pub enum Adjacent<'a> {
        None,
        Some(u16),
        Err { value: u16, destination: &'a ::std::primitive::str },
    }

    #[derive(::request_arena::DeserializeIn)]
    #[serde(untagged)]
    pub enum Untagged<'a> {
        None,
        Some(u16),
        Err { value: u16, destination: &'a ::std::primitive::str },
    }

    #[derive(::request_arena::DeserializeIn)]
    pub struct Flat<'a> {
        pub value: u16,
        #[serde(flatten)]
        pub rest: Internal<'a>,
    }
}

mod documented {
    #![deny(warnings, missing_docs, clippy::pedantic, clippy::nursery)]
    #![allow(clippy::redundant_pub_crate, reason = "the other lint asks for it")]

    /// A type.
    #[derive(request_arena::DeserializeIn)]
    #[non_exhaustive]
    pub(super) struct Documented<'a, const N: usize>
    where
        [u8; N]: Sized,
    {
        /// A field.
        pub(crate) text: &'a str,
        /// A field of a tuple.
        #[serde(skip)]
        pub(crate) array: core::marker::PhantomData<[u8; N]>,
    }

    /// An enum.
    #[derive(request_arena::DeserializeIn)]
    #[non_exhaustive]
    pub(super) enum Choice {
        /// A variant.
        #[non_exhaustive]
        First,
        /// A variant.
        #[deprecated]
        #[expect(dead_code, reason = "the derive makes it")]
        Second(u8),
    }
}

macro_rules! define {
    ($name:ident, $lifetime:lifetime, $field:ident: $ty:ty, $rename:literal) => {
        #[derive(request_arena::DeserializeIn)]
        struct $name<$lifetime> {
            #[serde(rename = $rename)]
            $field: $ty,
            own: &$lifetime str,
        }
    };
}

define!(ByExample, 'b, field: Option<&'b str>, "renamed");

static SITE: Site = Site::new("hygiene", module_path!(), file!(), line!());

macro_rules! parse {
    ($ty:ty, $document:expr, $check:expr) => {
        scope(&SITE, |arena| {
            let mut parser = serde_json::Deserializer::from_str($document);
            let value: $ty = arena.deserialize(&mut parser).expect("a document that fits");
            let check: fn($ty) -> bool = $check;
            assert!(check(value), "{}", $document);
        })
    };
}

#[test]
fn names_of_the_user_do_not_matter() {
    parse!(
        shadowed::Fields<'_>,
        r#"{"destination":"a","map":1,"value":2,"deserializer":3,"match":4,"__field0":5}"#,
        |read| {
            let numbers = (read.value, read.deserializer, read.r#match, read.__field0, read.__map);
            read.destination == "a" && read.map == Some(1) && numbers == (2, 3, 4, 5, 0)
        }
    );
    parse!(shadowed::Variants<'_>, r#"{"Some":1}"#, |read| matches!(
        read,
        shadowed::Variants::Some(1)
    ));
    parse!(shadowed::Internal<'_>, r#"{"type":"None"}"#, |read| matches!(
        read,
        shadowed::Internal::None
    ));
    parse!(shadowed::Adjacent<'_>, r#"{"type":"Some","content":1}"#, |read| matches!(
        read,
        shadowed::Adjacent::Some(1)
    ));
    parse!(shadowed::Untagged<'_>, "1", |read| matches!(read, shadowed::Untagged::Some(1)));
    parse!(shadowed::Flat<'_>, r#"{"type":"None","value":1}"#, |read| {
        read.value == 1 && matches!(read.rest, shadowed::Internal::None)
    });
}

#[test]
fn a_macro_by_example_defines_a_type() {
    parse!(ByExample<'_>, r#"{"renamed":"a","own":"b"}"#, |read| {
        read.field == Some("a") && read.own == "b"
    });
}

#[test]
fn documented_types_are_read() {
    parse!(documented::Documented<'_, 2>, r#"{"text":"a"}"#, |read| {
        read.text == "a" && read.array == core::marker::PhantomData
    });
    parse!(documented::Choice, r#""First""#, |read| matches!(read, documented::Choice::First));
}
