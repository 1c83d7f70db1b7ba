//! Types on the heap, and the same types in an arena. Each document is read into both.

/// Defines types twice: in a module `heap` with serde's derive, and in a module `arena` with ours.
macro_rules! twins {
    ($($item:item)*) => {
        #[allow(dead_code, reason = "only `Debug` reads the fields")]
        pub mod heap {
            use std::collections::BTreeMap;

            pub trait Heap {
                type Text;
                type List<T>;
                type Map<K, V>;
                type Ref<T>;
            }

            impl<'a> Heap for &'a () {
                type Text = String;
                type List<T> = Vec<T>;
                type Map<K, V> = BTreeMap<K, V>;
                type Ref<T> = Box<T>;
            }

            type Text<'a> = <&'a () as Heap>::Text;
            type List<'a, T> = <&'a () as Heap>::List<T>;
            type Map<'a, K, V> = <&'a () as Heap>::Map<K, V>;
            type Ref<'a, T> = <&'a () as Heap>::Ref<T>;

            $(
                #[derive(Debug, serde::Deserialize)]
                $item
            )*
        }

        #[allow(dead_code, reason = "only `Debug` reads the fields")]
        pub mod arena {
            use request_arena::collections::SortedMap;

            type Text<'a> = &'a str;
            type List<'a, T> = &'a [T];
            type Map<'a, K, V> = SortedMap<'a, K, V>;
            type Ref<'a, T> = &'a T;

            $(
                #[derive(Debug, request_arena::DeserializeIn)]
                $item
            )*
        }
    };
}

twins! {
    pub struct Order<'a> {
        pub customer: Text<'a>,
        pub items: List<'a, Item<'a>>,
        #[serde(default)]
        pub note: Option<Text<'a>>,
        #[serde(default)]
        pub prices: Option<Map<'a, Text<'a>, f64>>,
    }

    #[serde(rename_all = "camelCase", deny_unknown_fields)]
    pub struct Item<'a> {
        #[serde(alias = "sku")]
        pub article: Text<'a>,
        pub unit_price: Option<u64>,
        #[serde(default)]
        pub kind: Option<Kind<'a>>,
    }

    pub enum Kind<'a> {
        Plain,
        Text(Text<'a>),
        Pair(i8, Ref<'a, u16>),
        Box { width: f32, height: Option<i64> },
    }

    #[serde(tag = "type", rename_all = "snake_case")]
    pub enum Event<'a> {
        Opened,
        Moved { x: i32, y: i32 },
        Named { name: Text<'a>, at: List<'a, u16> },
        #[serde(other)]
        Unknown,
    }

    #[serde(tag = "t", content = "c")]
    pub enum Message<'a> {
        Ping,
        Text(Text<'a>),
        Pair(Text<'a>, bool),
        Many { all: List<'a, List<'a, i16>> },
    }

    #[serde(untagged)]
    pub enum Any<'a> {
        Number(u32),
        Signed(i64),
        Float(f64),
        Flag(bool),
        Text(Text<'a>),
        List(List<'a, Option<u8>>),
        Pair { left: char, right: Text<'a> },
    }

    pub struct Page<'a> {
        pub id: u128,
        #[serde(flatten)]
        pub paging: Paging<'a>,
        #[serde(flatten)]
        pub rest: Map<'a, Text<'a>, Any<'a>>,
    }

    pub struct Paging<'a> {
        pub page: u32,
        pub size: Option<u8>,
        pub sort: Text<'a>,
    }

    pub struct All<'a> {
        #[serde(default)]
        pub order: Option<Order<'a>>,
        #[serde(default)]
        pub events: List<'a, Event<'a>>,
        #[serde(default)]
        pub messages: List<'a, Message<'a>>,
        #[serde(default)]
        pub any: Option<Any<'a>>,
        #[serde(default)]
        pub page: Option<Page<'a>>,
        #[serde(default)]
        pub numbers: Option<(i8, u64, i128, f32, [f64; 2])>,
        #[serde(default)]
        pub nested: Option<Ref<'a, All<'a>>>,
    }
}
