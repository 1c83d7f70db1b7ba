//! The formats of values, on the heap and in arenas: a parser and a serialiser.

use std::io::Write;

use request_arena::{Arena, DeserializeIn, ResponseBuffer};
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

/// A parser and serialiser for values in an arena, with answers in buffers of the pool.
pub(super) trait ArenaFormat {
    fn parse<'a, T: DeserializeIn<'a>>(arena: &Arena<'a>, document: &[u8]) -> T;
    fn serialise(&mut self, value: &impl Serialize, to: &mut ResponseBuffer);
}

impl ArenaFormat for SerdeJson {
    fn parse<'a, T: DeserializeIn<'a>>(arena: &Arena<'a>, document: &[u8]) -> T {
        arena.json(document).expect(VALID)
    }

    fn serialise(&mut self, value: &impl Serialize, to: &mut ResponseBuffer) {
        serde_json::to_writer(to, value).expect("to memory");
    }
}

/// sonic-rs writes only to its own kinds of memory, so each answer is copied once.
#[derive(Default)]
pub(super) struct SonicInArena {
    written: Vec<u8>,
}

impl ArenaFormat for SonicInArena {
    fn parse<'a, T: DeserializeIn<'a>>(arena: &Arena<'a>, document: &[u8]) -> T {
        let document = arena.str(std::str::from_utf8(document).expect(VALID));
        let mut json = sonic_rs::Deserializer::from_str(document);
        let parsed = arena.deserialize_within(document, &mut json).expect(VALID);
        json.end().expect(VALID);
        parsed
    }

    fn serialise(&mut self, value: &impl Serialize, to: &mut ResponseBuffer) {
        self.written.clear();
        sonic_rs::to_writer(&mut self.written, value).expect("to memory");
        to.write_all(&self.written).expect("within the limit");
    }
}
