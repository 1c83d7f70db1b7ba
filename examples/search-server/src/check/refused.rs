//! Requests that must be refused, each with its handler.

use axum::http::StatusCode;

use super::step::{Expect, Step, Unit};
use crate::http::body::MAX_BODY;

const LYON: &str = r#"{"name":"Lyon","lat":45.75,"lng":4.85,"country":"FR"}"#;

/// A request of each kind except [`large_body`].
pub(super) fn units() -> impl Iterator<Item = Unit> {
    gets().into_iter().chain(posts()).map(|step| vec![step])
}

/// A body above the size limit.
pub(super) fn large_body() -> Unit {
    let body = vec![b' '; MAX_BODY + 1];
    let expect = refused(StatusCode::PAYLOAD_TOO_LARGE, "body_too_large", None);
    vec![Step::post("application/json", body, expect)]
}

fn refused(status: StatusCode, code: &'static str, line: Option<usize>) -> Expect {
    Expect::Refused { status, code, line }
}

fn gets() -> Vec<Step> {
    let searches = [
        ("/search", "empty_query"),
        ("/search?q=", "empty_query"),
        ("/search?q=%20-%20", "empty_query"),
        ("/search?q=a+b+c+d+e+f+g+h+i+j+k", "query_too_long"),
        ("/search?q=lyon&limit=1001", "invalid_limit"),
        ("/search?q=lyon&limit=-1", "invalid_limit"),
        ("/search?q=lyon&limit=99999999999999999999999", "invalid_limit"),
        ("/search?q=lyon&offset=x", "invalid_offset"),
        ("/search?q=lyon&near=45.75", "invalid_near"),
        ("/search?q=lyon&near=91,4.85", "invalid_near"),
        ("/search?q=lyon&near=NaN,NaN", "invalid_near"),
        ("/search?q=lyon&country=France", "invalid_country"),
        ("/search?q=lyon&country=FR,", "invalid_country"),
        ("/search?q=lyon&population=1", "unknown_parameter"),
        ("/search?q=lyon&q=paris", "repeated_parameter"),
        ("/search?q=%FF%FE", "invalid_utf8"),
        ("/search?q=%C3&country=%A9", "invalid_utf8"),
    ];
    let facets = [
        ("/facets?facet=population", "unknown_facet"),
        ("/facets?q=", "empty_query"),
        ("/facets?limit=3", "unknown_parameter"),
    ];
    let documents = [
        ("/documents/999999999", StatusCode::NOT_FOUND, "no_such_document"),
        ("/documents/0", StatusCode::NOT_FOUND, "no_such_document"),
        ("/documents/lyon", StatusCode::BAD_REQUEST, "invalid_id"),
        ("/documents/-1", StatusCode::BAD_REQUEST, "invalid_id"),
        ("/documents/%FF", StatusCode::BAD_REQUEST, "invalid_utf8"),
    ];
    let bad = StatusCode::BAD_REQUEST;
    let searches = searches.map(|(target, code)| ("search", target, bad, code));
    let facets = facets.map(|(target, code)| ("facets", target, bad, code));
    let documents = documents.map(|(target, status, code)| ("get_document", target, status, code));
    let all = searches.into_iter().chain(facets).chain(documents);
    all.map(|(handler, target, status, code)| {
        Step::get(target).of(handler, refused(status, code, None))
    })
    .collect()
}

fn posts() -> Vec<Step> {
    let array = "application/json";
    let lines = "application/x-ndjson";
    let bodies: [(_, Vec<u8>, _, _); 12] = [
        (array, b"[\n{\"name\": \"Lyon\",\n \"lat\": }]".into(), "malformed_json", 3),
        (array, format!("[{LYON},\n{LYON}").into(), "malformed_json", 2),
        (array, format!("[{LYON}] and more").into(), "malformed_json", 1),
        (array, LYON.into(), "invalid_document", 1),
        (array, b"[]".into(), "empty_batch", 1),
        (array, b"".into(), "malformed_json", 1),
        (lines, format!("{LYON}\n\n{{\"name\": \"Lyon\"}}\n").into(), "invalid_document", 3),
        (lines, format!("{LYON}\n{}", LYON.replace("FR", "France")).into(), "invalid_document", 2),
        (
            lines,
            format!("{LYON}\n{}", LYON.replace("45.75", "145.75")).into(),
            "invalid_document",
            2,
        ),
        (
            lines,
            format!("{LYON}\n{}", LYON.replace("lat", "latitude")).into(),
            "invalid_document",
            2,
        ),
        (lines, [LYON.as_bytes(), b"\n{\"name\":\"Ly\xffn\"}"].concat(), "invalid_utf8", 2),
        (lines, b"\n\n".into(), "empty_batch", 1),
    ];
    let mut steps: Vec<Step> = bodies
        .into_iter()
        .map(|(content_type, body, code, line)| {
            Step::post(content_type, body, refused(StatusCode::BAD_REQUEST, code, Some(line)))
        })
        .collect();
    let twice = LYON.replace('{', "{\"id\":5,");
    let expect = refused(StatusCode::BAD_REQUEST, "same_id_twice", None);
    steps.push(Step::post(array, format!("[{twice},{twice}]"), expect));
    let expect = || refused(StatusCode::UNSUPPORTED_MEDIA_TYPE, "unsupported_type", None);
    steps.push(Step::post("text/csv", "Lyon,45.75,4.85", expect()));
    let mut untyped = Step::post(array, LYON, expect());
    untyped.request.content_type = None;
    steps.push(untyped);
    steps
}
