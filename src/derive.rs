//! The documentation of `#[derive(DeserializeIn)]`.

/// Implements [`DeserializeIn`](trait@crate::DeserializeIn): a format of serde fills the type, and
/// the arena holds its texts and lists.
///
/// ```
/// use request_arena::{Arena, DeserializeIn, request_arena};
///
/// #[derive(DeserializeIn)]
/// #[serde(rename_all = "camelCase")]
/// struct Order<'a> {
///     customer_name: &'a str,
///     items: &'a [Item<'a>],
///     #[serde(default)]
///     note: Option<&'a str>,
/// }
///
/// #[derive(DeserializeIn)]
/// struct Item<'a> {
///     sku: &'a str,
///     count: u32,
/// }
///
/// #[request_arena]
/// fn count(arena: Arena<'_>, body: &str) -> Result<u32, String> {
///     let mut parser = serde_json::Deserializer::from_str(body);
///     let order: Order<'_> =
///         arena.deserialize(&mut parser).map_err(|error| error.to_string())?;
///     Ok(order.items.iter().map(|item| item.count).sum())
/// }
///
/// let body = r#"{"customerName":"Ada","items":[{"sku":"a","count":2},{"sku":"b","count":3}]}"#;
/// assert_eq!(count(body), Ok(5));
///
/// let body = r#"{"customerName":"Ada","items":[{"sku":"a","count":-2}]}"#;
/// assert!(count(body).unwrap_err().starts_with("items[0].count: "));
/// ```
///
/// # The arena's lifetime
///
/// The only lifetime of the type is the arena's. A type with several lifetimes names it with
/// `#[deserialize_in(arena = 'a)]`. A type without lifetimes can be in every arena.
///
/// A field that owns heap memory, such as `String`, is a compile error. The error says what to
/// write instead. A skipped field may have any type.
///
/// # Attributes
///
/// The attributes of serde have the names and the meaning that they have for
/// `#[derive(serde::Deserialize)]`, so a type may derive both. [serde's site] explains each.
///
/// | on | attributes of serde |
/// |---|---|
/// | types | `rename`, `rename_all`, `rename_all_fields`, `deny_unknown_fields`, `default`, `transparent`, `from`, `try_from`, `tag`, `content`, `untagged`, `bound`, `expecting` |
/// | variants | `rename`, `alias`, `rename_all`, `skip`, `skip_deserializing`, `other`, `untagged`, `with`, `deserialize_with`, `bound` |
/// | fields | `rename`, `alias`, `default`, `skip`, `skip_deserializing`, `flatten`, `with`, `deserialize_with`, `bound` |
/// | no effect | `borrow`, `crate`, and the attributes of serialisation |
/// | refused | `remote`, `getter`, `field_identifier`, `variant_identifier` |
///
/// These attributes are of this crate:
///
/// | attribute | on | effect |
/// |---|---|---|
/// | `#[deserialize_in(serde)]` | fields | serde's `Deserialize` reads the field. Use it for types of other crates, such as `uuid::Uuid`. |
/// | `#[deserialize_in(with = "path")]` | fields | The function `path(destination, deserializer)` reads the field. It may allocate in the arena. |
/// | `#[deserialize_in(arena = 'a)]` | types | `'a` is the arena's lifetime. |
/// | `#[deserialize_in(crate = path)]` | types | The path of this crate, if it has another name. |
///
/// A function of `#[serde(with = "..")]` or `#[serde(deserialize_with = "..")]` has only the
/// deserializer, as with serde.
///
/// A field with both `flatten` and `#[deserialize_in(serde)]` cannot be an `Option`.
///
/// # Cost
///
/// `flatten`, `tag` and `untagged` buffer values before their type is known. The buffer is in the
/// arena. It needs no heap memory, and an untagged enum clones nothing between its attempts.
///
/// # Equivalent code without the macro
///
/// ```
/// # use request_arena::DeserializeIn;
/// # use request_arena::deserialize::Destination;
/// use core::fmt;
///
/// use serde::de::{Deserializer, Error, IgnoredAny, MapAccess, Visitor};
///
/// struct Item<'a> {
///     sku: &'a str,
///     count: u32,
/// }
///
/// impl<'a> DeserializeIn<'a> for Item<'a> {
///     fn deserialize_in<'de, D: Deserializer<'de>>(
///         destination: Destination<'_, 'a>,
///         deserializer: D,
///     ) -> Result<Self, D::Error> {
///         deserializer.deserialize_struct("Item", &["sku", "count"], ItemVisitor(destination))
///     }
/// }
///
/// struct ItemVisitor<'s, 'a>(Destination<'s, 'a>);
///
/// impl<'de, 'a> Visitor<'de> for ItemVisitor<'_, 'a> {
///     type Value = Item<'a>;
///
///     fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
///         formatter.write_str("struct Item")
///     }
///
///     fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Item<'a>, A::Error> {
///         let (mut sku, mut count) = (None, None);
///         while let Some(key) = map.next_key::<&str>()? {
///             match key {
///                 "sku" => {
///                     let value = map.next_value_seed(self.0.seed());
///                     sku = Some(self.0.in_field("sku", value)?);
///                 }
///                 "count" => {
///                     let value = map.next_value_seed(self.0.seed());
///                     count = Some(self.0.in_field("count", value)?);
///                 }
///                 _ => drop(map.next_value::<IgnoredAny>()?),
///             }
///         }
///         Ok(Item {
///             sku: sku.ok_or_else(|| A::Error::missing_field("sku"))?,
///             count: count.ok_or_else(|| A::Error::missing_field("count"))?,
///         })
///     }
/// }
/// # let _: fn(Item<'_>) -> (&str, u32) = |item| (item.sku, item.count);
/// ```
///
/// The macro also refuses duplicate keys, and reads sequences and keys that are bytes or indices.
///
/// [serde's site]: https://serde.rs/attributes.html
pub use request_arena_derive::DeserializeIn;
