//! The path to a value that does not fit, and the arena's limit.

use request_arena::{Arena, DeserializeIn, Site, scope};

#[derive(Debug, DeserializeIn)]
#[allow(dead_code, reason = "only the errors matter")]
struct Order<'a> {
    #[serde(rename = "lineItems")]
    items: &'a [Item<'a>],
    #[serde(default)]
    kind: Option<Kind<'a>>,
    #[serde(default)]
    event: Option<Event<'a>>,
    #[serde(default)]
    adjacent: Option<Adjacent<'a>>,
    #[serde(default)]
    any: Option<Any<'a>>,
    #[serde(default)]
    pair: Option<(u8, Pair)>,
    #[serde(flatten)]
    flat: Flat<'a>,
}

#[derive(Debug, DeserializeIn)]
#[allow(dead_code, reason = "only the errors matter")]
struct Item<'a> {
    name: &'a str,
    price: u8,
}

#[derive(Debug, DeserializeIn)]
#[allow(dead_code, reason = "only the errors matter")]
struct Flat<'a> {
    #[serde(default)]
    note: &'a str,
}

#[derive(Debug, DeserializeIn)]
#[allow(dead_code, reason = "only the errors matter")]
struct Pair(u8, u8);

#[derive(Debug, DeserializeIn)]
#[allow(dead_code, reason = "only the errors matter")]
enum Kind<'a> {
    Item(Item<'a>),
    Items(u8, Item<'a>),
    Struct { item: Item<'a> },
}

#[derive(Debug, DeserializeIn)]
#[serde(tag = "type")]
#[allow(dead_code, reason = "only the errors matter")]
enum Event<'a> {
    Items { items: &'a [Item<'a>] },
}

#[derive(Debug, DeserializeIn)]
#[serde(tag = "type", content = "value")]
#[allow(dead_code, reason = "only the errors matter")]
enum Adjacent<'a> {
    Items(&'a [Item<'a>]),
}

#[derive(Debug, DeserializeIn)]
#[serde(untagged)]
#[allow(dead_code, reason = "only the errors matter")]
enum Any<'a> {
    Items(&'a [Item<'a>]),
    Text(&'a str),
}

static SITE: Site = Site::new("errors", module_path!(), file!(), line!());

fn parse<'a, T: DeserializeIn<'a>>(arena: &Arena<'a>, document: &str) -> Result<T, String> {
    let mut parser = serde_json::Deserializer::from_str(document);
    arena.deserialize(&mut parser).map_err(|error| error.path().to_owned())
}

#[test]
fn an_error_has_the_path_to_its_value() {
    let cases = [
        (r#"{"lineItems":[{"name":"a","price":1},{"name":"b","price":-1}]}"#, "lineItems[1].price"),
        (r#"{"lineItems":[{"name":"a"}]}"#, "lineItems[0]"),
        (r#"{"lineItems":{}}"#, "lineItems"),
        (r#"{}"#, ""),
        (r#"{"lineItems":[],"pair":[1,[2,"x"]]}"#, "pair[1][1]"),
        (
            r#"{"lineItems":[],"event":{"type":"Items","items":[{"name":1}]}}"#,
            "event.items[0].name",
        ),
        (r#"{"lineItems":[],"event":{"type":"None"}}"#, "event.type"),
        (
            r#"{"lineItems":[],"adjacent":{"type":"Items","value":[{"name":1}]}}"#,
            "adjacent.value[0].name",
        ),
        (
            r#"{"lineItems":[],"adjacent":{"value":[{"name":1}],"type":"Items"}}"#,
            "adjacent.value[0].name",
        ),
        (r#"{"lineItems":[],"any":[{"name":1}]}"#, "any"),
        (r#"{"lineItems":[],"note":1}"#, "note"),
    ];
    for (document, expected) in cases {
        let path = scope(&SITE, |arena| parse::<Order<'_>>(&arena, document).unwrap_err());
        assert_eq!(path, expected, "{document}");
    }
}

#[test]
fn an_error_in_a_variant_names_the_variant() {
    let cases = [
        (r#"{"Item":{"name":1}}"#, "Item.name"),
        (r#"{"Items":[1,{"name":1}]}"#, "Items[1].name"),
        (r#"{"Struct":{"item":{"price":"x"}}}"#, "Struct.item.price"),
        (r#"{"None":1}"#, ""),
    ];
    for (document, expected) in cases {
        let path = scope(&SITE, |arena| parse::<Kind<'_>>(&arena, document).unwrap_err());
        assert_eq!(path, expected, "{document}");
    }
}

/// The texts that the document escapes are copied, so the arena needs memory for them.
fn long(count: usize) -> String {
    let items =
        (0..count).map(|_| r#"{"name":"\n0123456789012345678901234567890123456789","price":1}"#);
    format!("[{}]", items.collect::<Vec<_>>().join(","))
}

#[test]
fn a_limit_ends_an_untagged_enum() {
    static LIMITED: Site =
        Site::new("limited", module_path!(), file!(), line!()).with_limit(16 << 10);
    #[derive(Debug, DeserializeIn)]
    #[serde(untagged)]
    #[allow(dead_code, reason = "only the errors matter")]
    enum Lists<'a> {
        First(&'a [Item<'a>]),
        // Would take the document, if the limit were one of the errors of the first variant.
        Second(serde::de::IgnoredAny),
    }
    for (count, fits) in [(1, true), (4000, false)] {
        let document = long(count);
        let refused = scope(&LIMITED, |arena| {
            let mut parser = serde_json::Deserializer::from_str(&document);
            let read: Result<Lists<'_>, _> = arena.try_deserialize(&mut parser);
            read.map(|_| ()).map_err(|error| error.refused().is_some())
        });
        assert_eq!(refused, if fits { Ok(()) } else { Err(true) });
    }
}
