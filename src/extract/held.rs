//! What an extractor holds: bytes, or the reason why there are none.

use core::fmt;

use bytes::Bytes;

use super::Rejection;

/// The bytes of a body or of a query string.
pub(super) enum Text {
    Bytes(Bytes),
    /// The query string of an address, which is shared and not copied.
    #[cfg(any(feature = "axum", feature = "axum_0_7"))]
    QueryOf(http::Uri),
}

impl AsRef<[u8]> for Text {
    fn as_ref(&self) -> &[u8] {
        match self {
            Self::Bytes(bytes) => bytes,
            #[cfg(any(feature = "axum", feature = "axum_0_7"))]
            Self::QueryOf(uri) => uri.query().unwrap_or_default().as_bytes(),
        }
    }
}

/// The text of a request, if there is one.
pub(super) type Held = Result<Text, Rejection>;

/// Shows the length, since a body may be large or secret.
pub(super) fn debug(name: &str, held: &Held, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    match held {
        Ok(text) => write!(f, "{name}({} bytes)", text.as_ref().len()),
        Err(rejection) => f.debug_tuple(name).field(rejection).finish(),
    }
}
