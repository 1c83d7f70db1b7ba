//! The formats of values on the heap: a parser and a serialiser.

use serde::Serialize;
use serde::de::DeserializeOwned;

/// Why a document can be parsed.
pub(super) const VALID: &str = "the documents are well-formed";

/// A parser and serialiser for values on the heap.
pub(super) trait Format {
    fn parse<T: DeserializeOwned>(document: &[u8]) -> T;
    fn serialise(value: &impl Serialize) -> Vec<u8>;
}

pub(super) struct SerdeJson;

impl Format for SerdeJson {
    fn parse<T: DeserializeOwned>(document: &[u8]) -> T {
        serde_json::from_slice(document).expect(VALID)
    }

    fn serialise(value: &impl Serialize) -> Vec<u8> {
        serde_json::to_vec(value).expect("to memory")
    }
}

pub(super) struct Sonic;

impl Format for Sonic {
    fn parse<T: DeserializeOwned>(document: &[u8]) -> T {
        sonic_rs::from_slice(document).expect(VALID)
    }

    fn serialise(value: &impl Serialize) -> Vec<u8> {
        sonic_rs::to_vec(value).expect("to memory")
    }
}

/// It unescapes in place, so it needs a copy of the document.
#[cfg(feature = "simd-json")]
pub(super) struct Simd;

#[cfg(feature = "simd-json")]
impl Format for Simd {
    fn parse<T: DeserializeOwned>(document: &[u8]) -> T {
        simd_json::serde::from_slice(&mut document.to_vec()).expect(VALID)
    }

    fn serialise(value: &impl Serialize) -> Vec<u8> {
        simd_json::serde::to_vec(value).expect("to memory")
    }
}
