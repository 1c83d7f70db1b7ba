//! Other formats: any serde deserializer fills the same types.

use std::collections::BTreeMap;

use request_arena_core::collections::SortedMap;

use crate::with;

type Value<'a> = SortedMap<'a, &'a str, (u32, &'a [&'a str], Option<f64>)>;

const DOCUMENT: &str = r#"{"a":[1,["x","\n"],2.5],"b":[2,[],null]}"#;

fn as_json<E: std::error::Error>(value: Result<Value<'_>, E>) -> String {
    serde_json::to_string(&value.unwrap()).unwrap()
}

fn on_the_heap() -> BTreeMap<String, (u32, Vec<String>, Option<f64>)> {
    serde_json::from_str(DOCUMENT).unwrap()
}

#[test]
fn message_pack() {
    let bytes = rmp_serde::to_vec(&on_the_heap()).unwrap();
    with(|arena| {
        let value = arena.deserialize(&mut rmp_serde::Deserializer::from_read_ref(&bytes));
        assert_eq!(as_json(value), DOCUMENT);
        let bytes: &[u8] =
            arena.deserialize(&mut rmp_serde::Deserializer::from_read_ref(b"\xc4\x02ab")).unwrap();
        assert_eq!(bytes, b"ab");
        // A length that is larger than the document.
        let cut = &b"\xdd\xff\xff\xff\xff\x01"[..];
        let error =
            arena.deserialize::<&[u64], _>(&mut rmp_serde::Deserializer::from_read_ref(cut));
        assert_eq!(error.unwrap_err().path(), "[1]");
    });
}

#[test]
fn cbor() {
    let bytes = cbor4ii::serde::to_vec(Vec::new(), &on_the_heap()).unwrap();
    with(|arena| {
        let reader = cbor4ii::core::utils::SliceReader::new(&bytes);
        let mut reader = cbor4ii::serde::Deserializer::new(reader);
        assert_eq!(as_json(arena.deserialize(&mut reader)), DOCUMENT);
    });
}

#[test]
fn sonic_rs() {
    with(|arena| {
        let text = arena.str(DOCUMENT);
        let mut reader = sonic_rs::Deserializer::from_str(text);
        let value: Value<'_> = arena.deserialize_within(text, &mut reader).unwrap();
        let key = value.first_key_value().unwrap().0;
        assert_eq!(key.as_ptr() as usize - text.as_ptr() as usize, 2, "the key borrows");
        assert_eq!(as_json::<sonic_rs::Error>(Ok(value)), DOCUMENT);
    });
}

#[test]
fn simd_json() {
    with(|arena| {
        let mut bytes = DOCUMENT.as_bytes().to_vec();
        let mut reader = simd_json::Deserializer::from_slice(&mut bytes).unwrap();
        assert_eq!(as_json(arena.deserialize(&mut reader)), DOCUMENT);
    });
}
