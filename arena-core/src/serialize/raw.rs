//! Values that serde_json writes as they are: its `RawValue`, and numbers of arbitrary precision.
//! It serialises each as a struct with a secret name and one text.

use std::io::Write;

use serde::{Serialize, ser};
use serde_json::{Error, Result};

use super::failed;
use super::text_only::{Refused, TakeText, TextOnly};

/// Whether a struct with this name is such a value.
#[inline]
pub(super) fn is_raw(name: &str) -> bool {
    matches!(name, "$serde_json::private::RawValue" | "$serde_json::private::Number")
}

/// Writes the text of such a value without quotes.
#[cold]
pub(super) fn write<W: Write>(writer: &mut W, text: &(impl Serialize + ?Sized)) -> Result<()> {
    text.serialize(TextOnly(Raw(writer))).map_err(|refused| match refused {
        Refused::Failed(error) => error,
        Refused::NoText => <Error as ser::Error>::custom("expected a text"),
    })
}

struct Raw<'w, W>(&'w mut W);

impl<W: Write> TakeText for Raw<'_, W> {
    fn take(self, text: &str) -> Result<()> {
        self.0.write_all(text.as_bytes()).map_err(failed)
    }
}
