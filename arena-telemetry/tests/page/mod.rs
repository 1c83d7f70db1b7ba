//! What a test asks the debug page, and whether a document is what its schema says.

use std::collections::BTreeSet;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request, StatusCode};
use serde_json::Value;
use tower::ServiceExt;

/// What the routes answer.
///
/// # Panics
/// If it is no text.
pub(crate) async fn get(router: &Router, path: &str) -> (StatusCode, HeaderMap, String) {
    let request = Request::get(path).body(Body::empty()).expect("a request");
    let response = router.clone().oneshot(request).await.expect("an answer");
    let (parts, body) = response.into_parts();
    let body = to_bytes(body, usize::MAX).await.expect("a body");
    (parts.status, parts.headers, String::from_utf8(body.into()).expect("UTF-8"))
}

/// What is not as the schema says, with fields that it does not name: readers are to ignore those,
/// but every field must be described.
///
/// # Panics
/// If the schema is none, or does not require all that it names.
pub(crate) fn errors(document: &Value) -> Vec<String> {
    let mut schema: Value =
        serde_json::from_str(include_str!("../../schema/arenas.schema.json")).expect("JSON");
    let mut objects = 0;
    forbid_others(&mut schema, &mut objects);
    assert!(objects >= 20, "{objects}");
    let validator = jsonschema::validator_for(&schema).expect("a schema");
    validator
        .iter_errors(document)
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect()
}

/// Makes a schema refuse fields that it does not name, and checks that it requires all that it
/// names.
fn forbid_others(schema: &mut Value, objects: &mut usize) {
    if let Some(properties) = schema.get("properties").and_then(Value::as_object) {
        let named: BTreeSet<_> = properties.keys().map(String::as_str).collect();
        let required: BTreeSet<_> = schema["required"]
            .as_array()
            .expect("a list")
            .iter()
            .filter_map(Value::as_str)
            .collect();
        assert_eq!(named, required);
        schema["additionalProperties"] = false.into();
        *objects += 1;
    }
    match schema {
        Value::Object(fields) => {
            fields.values_mut().for_each(|inner| forbid_others(inner, objects));
        }
        Value::Array(items) => items.iter_mut().for_each(|inner| forbid_others(inner, objects)),
        _ => {}
    }
}
