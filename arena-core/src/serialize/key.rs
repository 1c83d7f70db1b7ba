//! Keys of maps. Texts are written here, and serde_json writes the others: numbers and `bool`s in
//! quotes.

use std::fmt::Display;
use std::io::Write;

use serde::ser::{SerializeMap, Serializer};
use serde::{Serialize, ser};
use serde_json::Result;

use super::text_only::{Refused, TakeText, TextOnly};
use super::{Json, escape, failed};

/// Writes a key.
#[inline]
pub(super) fn write<W: Write>(writer: &mut W, key: &(impl Serialize + ?Sized)) -> Result<()> {
    match key.serialize(TextOnly(Key(&mut *writer))) {
        Ok(()) => Ok(()),
        Err(Refused::Failed(error)) => Err(error),
        Err(Refused::NoText) => other(writer, key),
    }
}

struct Key<'w, W>(&'w mut W);

impl<W: Write> TakeText for Key<'_, W> {
    #[inline]
    fn take(self, text: &str) -> Result<()> {
        escape::text(self.0, text).map_err(failed)
    }

    fn take_display(self, value: &(impl Display + ?Sized)) -> Result<()> {
        Json(self.0).collect_str(value)
    }
}

/// Writes a key that is no text, by way of a map with this key.
fn other<W: Write>(writer: &mut W, key: &(impl Serialize + ?Sized)) -> Result<()> {
    struct Map<'k, K: ?Sized>(&'k K);
    impl<K: Serialize + ?Sized> Serialize for Map<'_, K> {
        fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
            let mut map = serializer.serialize_map(Some(1))?;
            map.serialize_entry(self.0, &())?;
            map.end()
        }
    }

    let map = serde_json::to_vec(&Map(key))?;
    let key = map.strip_prefix(b"{").and_then(|map| map.strip_suffix(b":null}"));
    let key = key.ok_or_else(|| <serde_json::Error as ser::Error>::custom("no key was written"))?;
    writer.write_all(key).map_err(failed)
}
