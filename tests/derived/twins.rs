//! The comparison of a type on the heap with the same type in an arena.

use std::fmt::Debug;

use request_arena::deserialize::DeserializeError;
use request_arena::{Arena, DeserializeIn, Site, scope};
use serde::Deserializer;
use serde::de::DeserializeOwned;

/// The types that differ. `Text<'a>` is `String` on the heap, and `&'a str` in the arena.
pub(crate) mod heap {
    use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet, VecDeque};
    use std::path::PathBuf;

    pub(crate) trait On {
        type Text;
        type List<T>;
        type Map<K, V>;
        type Ref<T>;
        type Buffer;
        type Hashed<V>;
        type Set<T>;
        type Queue<T>;
        type Sorted<T>;
        type Place;
    }
    impl On for &() {
        type Text = String;
        type List<T> = Vec<T>;
        type Map<K, V> = BTreeMap<K, V>;
        type Ref<T> = Box<T>;
        type Buffer = String;
        type Hashed<V> = HashMap<String, V>;
        type Set<T> = HashSet<T>;
        type Queue<T> = VecDeque<T>;
        type Sorted<T> = BTreeSet<T>;
        type Place = PathBuf;
    }
    pub(crate) type Text<'a> = <&'a () as On>::Text;
    pub(crate) type List<'a, T> = <&'a () as On>::List<T>;
    pub(crate) type Map<'a, K, V> = <&'a () as On>::Map<K, V>;
    pub(crate) type Ref<'a, T> = <&'a () as On>::Ref<T>;
    pub(crate) type Growing<'a, T> = <&'a () as On>::List<T>;
    pub(crate) type Own<'a, T> = <&'a () as On>::List<T>;
    pub(crate) type Buffer<'a> = <&'a () as On>::Buffer;
    pub(crate) type Hashed<'a, V> = <&'a () as On>::Hashed<V>;
    pub(crate) type Set<'a, T> = <&'a () as On>::Set<T>;
    pub(crate) type Queue<'a, T> = <&'a () as On>::Queue<T>;
    pub(crate) type Sorted<'a, T> = <&'a () as On>::Sorted<T>;
    pub(crate) type Place<'a> = <&'a () as On>::Place;
}

/// The same types in the arena.
pub(crate) mod arena {
    use request_arena::collections::{self, SortedMap};

    pub(crate) type Text<'a> = &'a str;
    pub(crate) type List<'a, T> = &'a [T];
    pub(crate) type Map<'a, K, V> = SortedMap<'a, K, V>;
    pub(crate) type Ref<'a, T> = &'a T;
    pub(crate) type Growing<'a, T> = collections::Vec<'a, T>;
    pub(crate) type Own<'a, T> = collections::owned::Vec<'a, T>;
    pub(crate) type Buffer<'a> = collections::String<'a>;
    pub(crate) type Hashed<'a, V> = collections::HashMap<'a, &'a str, V>;
    pub(crate) type Set<'a, T> = collections::owned::HashSet<'a, T>;
    pub(crate) type Queue<'a, T> = collections::owned::VecDeque<'a, T>;
    pub(crate) type Sorted<'a, T> = collections::SortedSet<'a, T>;
    pub(crate) type Place<'a> = &'a std::path::Path;
}

/// Defines types twice. Code after them is in both modules.
macro_rules! twins {
    (types { $($item:item)* } code { $($code:tt)* }) => {
        #[allow(dead_code, unreachable_pub, reason = "only `Debug` reads the fields")]
        mod heap {
            #[allow(unused_imports, reason = "not each group of types needs each name")]
            use crate::twins::heap::*;
            $(
                #[derive(Debug, serde::Deserialize)]
                $item
            )*
            $($code)*
        }
        #[allow(dead_code, unreachable_pub, reason = "only `Debug` reads the fields")]
        mod arena {
            #[allow(unused_imports, reason = "not each group of types needs each name")]
            use crate::twins::arena::*;
            $(
                #[derive(Debug, request_arena::DeserializeIn)]
                $item
            )*
            $($code)*
        }
    };
    ($($item:item)*) => { twins! { types { $($item)* } code {} } };
}
pub(crate) use twins;

/// Reads documents with both twins, and compares the results.
macro_rules! same {
    ($name:ident: $($document:expr),+ $(,)?) => {
        same!([$name] [$name]: $($document),+)
    };
    ([$($heap:tt)+] [$($arena:tt)+]: $($document:expr),+ $(,)?) => {{
        let mut read = 0_usize;
        for document in [$($document),+] {
            let heap = crate::twins::on_the_heap::<heap::$($heap)+>(document);
            let arena = crate::twins::in_an_arena(document, |arena, parser| {
                crate::twins::json_in::<arena::$($arena)+>(arena, parser)
            }, |arena, parser| {
                crate::twins::pack_in::<arena::$($arena)+>(arena, parser)
            });
            assert_eq!(heap, arena, "{document}");
            read += usize::from(heap.0.is_ok());
        }
        read
    }};
}
pub(crate) use same;

/// The result of JSON, and of MessagePack if the document is one. Values are their `Debug` text.
pub(crate) type Results = (Result<String, String>, Option<Result<String, String>>);

fn text<T: Debug, E: ToString>(result: Result<T, E>) -> Result<String, String> {
    result.map(|value| format!("{value:?}")).map_err(|error| error.to_string())
}

/// The document as MessagePack.
pub(crate) fn packed(document: &str) -> Option<Vec<u8>> {
    let value: serde_json::Value = serde_json::from_str(document).ok()?;
    Some(rmp_serde::to_vec_named(&value).expect("MessagePack holds each value of JSON"))
}

pub(crate) fn on_the_heap<T: DeserializeOwned + Debug>(document: &str) -> Results {
    let json = text(serde_json::from_str::<T>(document));
    (json, packed(document).map(|pack| text(rmp_serde::from_slice::<T>(&pack))))
}

type Json<'d> = serde_json::Deserializer<serde_json::de::StrRead<'d>>;
type Pack<'d> = rmp_serde::Deserializer<rmp_serde::decode::ReadRefReader<'d, [u8]>>;

pub(crate) fn json_in<'a, T: DeserializeIn<'a> + Debug>(
    arena: &Arena<'a>,
    parser: &mut Json<'_>,
) -> Result<String, String> {
    let value = value_in::<T, _>(arena, &mut *parser)?;
    text(parser.end()).map(|_| value)
}

pub(crate) fn pack_in<'a, T: DeserializeIn<'a> + Debug>(
    arena: &Arena<'a>,
    parser: &mut Pack<'_>,
) -> Result<String, String> {
    value_in::<T, _>(arena, parser)
}

fn value_in<'a, 'de, T: DeserializeIn<'a> + Debug, D: Deserializer<'de>>(
    arena: &Arena<'a>,
    parser: D,
) -> Result<String, String> {
    text(arena.deserialize::<T, D>(parser).map_err(DeserializeError::into_inner))
}

pub(crate) fn in_an_arena(
    document: &str,
    json: impl FnOnce(&Arena<'_>, &mut Json<'_>) -> Result<String, String>,
    pack: impl FnOnce(&Arena<'_>, &mut Pack<'_>) -> Result<String, String>,
) -> Results {
    static SITE: Site = Site::new("twins", module_path!(), file!(), line!());
    scope(&SITE, |arena| {
        let json = json(&arena, &mut serde_json::Deserializer::from_str(document));
        let pack = packed(document)
            .map(|bytes| pack(&arena, &mut rmp_serde::Deserializer::from_read_ref(&bytes)));
        (json, pack)
    })
}

/// Reads JSON in an arena, with our type only.
macro_rules! read {
    ($document:expr, $then:expr) => {{
        static SITE: request_arena::Site =
            request_arena::Site::new("read", module_path!(), file!(), line!());
        request_arena::scope(&SITE, |arena| {
            let mut parser = serde_json::Deserializer::from_str($document);
            arena.deserialize(&mut parser).map($then).map_err(|error| error.to_string())
        })
    }};
}
pub(crate) use read;
