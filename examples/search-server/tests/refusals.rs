//! Invalid requests over a socket: each gets a JSON error with the right status, and changes
//! nothing.

mod common;

use axum::http::{Method, StatusCode};
use bytes::Bytes;
use common::{ARRAY, LINES, PLACES, Service};
use search_server::http::body::MAX_BODY;
use serde_json::Value;

const LYON: &str = r#"{"name":"Lyon","lat":45.75,"lng":4.85,"country":"FR"}"#;

fn code(answer: &(StatusCode, Value)) -> (u16, &str) {
    (answer.0.as_u16(), answer.1["error"]["code"].as_str().unwrap_or("no code"))
}

/// The error of a refused batch, with its place in the body. The index must be unchanged.
async fn refused_batch(
    content_type: &'static str,
    body: impl Into<Bytes>,
) -> (u16, String, Value, Value) {
    let mut service = Service::with_places().await;
    let answer = service.post(content_type, body).await;
    assert_eq!(service.documents().await, 8, "{answer:?}");
    assert_eq!(service.ids("q=lyon").await, [1, 2], "{answer:?}");
    let (status, code) = code(&answer);
    let error = &answer.1["error"];
    if let Some(line) = error["line"].as_u64() {
        let place = format!("line {line}, column {}", error["column"]);
        assert!(error["message"].as_str().unwrap().contains(&place), "{error}");
    }
    (status, code.to_owned(), error["line"].clone(), error["column"].clone())
}

fn bad(code: &str, line: u64, column: u64) -> (u16, String, Value, Value) {
    (400, code.to_owned(), line.into(), column.into())
}

fn without_place(status: u16, code: &str) -> (u16, String, Value, Value) {
    (status, code.to_owned(), Value::Null, Value::Null)
}

#[tokio::test(flavor = "multi_thread")]
async fn searches_with_wrong_parameters() {
    let mut service = Service::with_places().await;
    for (parameters, expected) in [
        ("", "empty_query"),
        ("q=", "empty_query"),
        ("q=+%2C+", "empty_query"),
        ("q=1+2+3+4+5+6+7+8+9+10+11", "query_too_long"),
        ("q=lyon&limit=1001", "invalid_limit"),
        ("q=lyon&limit=18446744073709551616", "invalid_limit"),
        ("q=lyon&limit=ten", "invalid_limit"),
        ("q=lyon&offset=-1", "invalid_offset"),
        ("q=lyon&near=45.75", "invalid_near"),
        ("q=lyon&near=45.75,4.85,0", "invalid_near"),
        ("q=lyon&near=-90.5,0", "invalid_near"),
        ("q=lyon&near=0,inf", "invalid_near"),
        ("q=lyon&country=FRA", "invalid_country"),
        ("q=lyon&facet=country", "unknown_parameter"),
        ("q=lyon&q=lyon", "repeated_parameter"),
        ("q=%FF", "invalid_utf8"),
        ("q=lyon&%C3=1", "invalid_utf8"),
    ] {
        let answer = service.get(&format!("/search?{parameters}")).await;
        assert_eq!(code(&answer), (400, expected), "{parameters}");
    }
    let long = format!("/search?q={}", "x".repeat(501));
    assert_eq!(code(&service.get(&long).await), (400, "query_too_long"));
}

#[tokio::test(flavor = "multi_thread")]
async fn facets_that_are_not_there() {
    let mut service = Service::with_places().await;
    let answer = service.get("/facets?facet=population").await;
    assert_eq!(code(&answer), (400, "unknown_facet"));
    assert!(answer.1["error"]["message"].as_str().unwrap().contains("\"population\""));
    assert!(answer.1["error"]["hint"].as_str().unwrap().contains("`country`"));
    assert_eq!(code(&service.get("/facets?country=FR").await), (400, "unknown_parameter"));
    assert_eq!(code(&service.get("/facets?q=%20").await), (400, "empty_query"));
}

#[tokio::test(flavor = "multi_thread")]
async fn documents_and_paths_that_are_not_there() {
    let mut service = Service::with_places().await;
    for (target, expected) in [
        ("/documents/9", (404, "no_such_document")),
        ("/documents/4294967295", (404, "no_such_document")),
        ("/documents/4294967296", (400, "invalid_id")),
        ("/documents/lyon", (400, "invalid_id")),
        ("/documents/%FF", (400, "invalid_utf8")),
        ("/nowhere", (404, "no_such_path")),
        ("/documents", (405, "wrong_method")),
    ] {
        assert_eq!(code(&service.get(target).await), expected, "{target}");
    }
    let answer = service.send(Method::DELETE, "/search?q=lyon", None, Bytes::new()).await;
    assert_eq!(code(&answer), (405, "wrong_method"));
}

#[tokio::test(flavor = "multi_thread")]
async fn malformed_json_names_its_line_and_column() {
    let array = format!("[{LYON},\n {{\"name\": \"Lyon\", \"lat\": }}]");
    assert_eq!(refused_batch(ARRAY, array).await, bad("malformed_json", 2, 26));
    let lines = format!("{LYON}\n\n{{\"name\" \"Lyon\"}}\n{LYON}");
    assert_eq!(refused_batch(LINES, lines).await, bad("malformed_json", 3, 9));
    assert_eq!(refused_batch(ARRAY, "").await, bad("malformed_json", 1, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_batch_with_one_wrong_document_is_refused_whole() {
    for (from, to) in
        [("\"FR\"", "\"France\""), ("45.75", "1e9"), ("\"Lyon\"", "\" \""), ("lat", "latitude")]
    {
        let lines = format!("{LYON}\n{}\n", LYON.replace(from, to));
        let (status, code, line, _) = refused_batch(LINES, lines).await;
        assert_eq!((status, code.as_str(), line), (400, "invalid_document", 2.into()), "{to}");
    }
    let twice = LYON.replace('{', "{\"id\":77,");
    assert_eq!(
        refused_batch(ARRAY, format!("[{twice},{twice}]")).await,
        without_place(400, "same_id_twice")
    );
    assert_eq!(refused_batch(ARRAY, "[]").await, bad("empty_batch", 1, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_that_is_not_utf8() {
    let body = [LYON.as_bytes(), b"\n{\"name\":\"Ly\xffn\"}"].concat();
    assert_eq!(refused_batch(LINES, body).await, bad("invalid_utf8", 2, 12));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_of_another_type() {
    assert_eq!(refused_batch("text/plain", LYON).await, without_place(415, "unsupported_type"));
    assert_eq!(refused_batch("json", LYON).await, without_place(415, "unsupported_type"));
    let mut service = Service::empty().await;
    let answer = service.send(Method::POST, "/documents", None, Bytes::from(LYON)).await;
    assert_eq!(code(&answer), (415, "unsupported_type"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_over_the_limit() {
    let mut body = format!("[{LYON}]").into_bytes();
    body.resize(MAX_BODY, b' ');
    let mut service = Service::empty().await;
    assert_eq!(service.post(ARRAY, body.clone()).await.0, StatusCode::CREATED, "at the limit");
    body.push(b' ');
    assert_eq!(refused_batch(ARRAY, body).await, without_place(413, "body_too_large"));
    let far_over = PLACES.repeat(20 * MAX_BODY / PLACES.len() / 4);
    assert!(far_over.len() > 4 * MAX_BODY);
    assert_eq!(refused_batch(LINES, far_over).await, without_place(413, "body_too_large"));
}
