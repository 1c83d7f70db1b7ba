//! The extractors answer each request with the status of axum's own extractors.

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{DefaultBodyLimit, Form, Json, Query};
use axum::http::{Method, Request, StatusCode};
use axum::response::Response;
use axum::routing::any;
use request_arena::{Arena, DeserializeIn, request_arena};
use serde::Deserialize;
use tower::ServiceExt;

#[derive(DeserializeIn)]
struct Ours<'a> {
    name: &'a str,
    n: u32,
}

#[derive(Deserialize)]
struct Theirs {
    name: String,
    n: u32,
}

#[request_arena(into = Response)]
async fn json(arena: Arena<'_>, #[json] it: Ours<'_>) -> &'_ str {
    request_arena::format!(in arena, "{} {}", it.name, it.n)
}

#[request_arena(into = Response)]
async fn form(arena: Arena<'_>, #[form] it: Ours<'_>) -> &'_ str {
    request_arena::format!(in arena, "{} {}", it.name, it.n)
}

#[request_arena(into = Response)]
async fn query(arena: Arena<'_>, #[query] it: Ours<'_>) -> &'_ str {
    request_arena::format!(in arena, "{} {}", it.name, it.n)
}

fn router() -> Router {
    Router::new()
        .route("/ours/json", any(json))
        .route("/theirs/json", any(async |Json(it): Json<Theirs>| format!("{} {}", it.name, it.n)))
        .route("/ours/form", any(form))
        .route("/theirs/form", any(async |Form(it): Form<Theirs>| format!("{} {}", it.name, it.n)))
        .route("/ours/query", any(query))
        .route(
            "/theirs/query",
            any(async |Query(it): Query<Theirs>| format!("{} {}", it.name, it.n)),
        )
        .layer(DefaultBodyLimit::max(1000))
}

struct Asked {
    status: StatusCode,
    headers: Vec<(String, String)>,
    body: Bytes,
}

async fn ask(path: &str, method: &Method, types: &[&str], body: Body) -> Asked {
    let mut request = Request::builder().method(method).uri(path);
    for value in types {
        request = request.header("content-type", *value);
    }
    let response = router().oneshot(request.body(body).unwrap()).await.unwrap();
    let (parts, body) = response.into_parts();
    let mut headers: Vec<_> = parts
        .headers
        .iter()
        .map(|(name, value)| (name.to_string(), String::from_utf8_lossy(value.as_bytes()).into()))
        .collect();
    headers.sort();
    let body = axum::body::to_bytes(body, usize::MAX).await.unwrap();
    Asked { status: parts.status, headers, body }
}

async fn same(
    of: &str,
    query: &str,
    method: &Method,
    types: &[&str],
    body: impl Fn() -> Body,
    what: &str,
    wrong: &mut Vec<String>,
) {
    let ours = ask(&format!("/ours/{of}{query}"), method, types, body()).await;
    let theirs = ask(&format!("/theirs/{of}{query}"), method, types, body()).await;
    let same_text = !ours.status.is_success() || ours.body == theirs.body;
    let strip = |asked: &Asked| {
        let length =
            |(name, _): &&(String, String)| asked.status.is_success() || name != "content-length";
        asked.headers.iter().filter(length).cloned().collect::<Vec<_>>()
    };
    if ours.status != theirs.status || !same_text || strip(&ours) != strip(&theirs) {
        wrong.push(format!(
            "{method} {of}{query} {types:?} {what:?}: {} {:?} {:?}, and axum {} {:?} {:?}",
            ours.status, ours.headers, ours.body, theirs.status, theirs.headers, theirs.body
        ));
    }
}

fn cut() -> Body {
    let chunks: [Result<&str, std::io::Error>; 2] =
        [Ok(r#"{"name":"#), Err(std::io::Error::other("cut"))];
    Body::from_stream(futures::stream::iter(chunks))
}

#[tokio::test]
async fn each_request_has_the_status_of_axum() {
    let mut wrong = Vec::new();
    let documents: Vec<Vec<u8>> = [
        r#"{"name":"a","n":1}"#,
        r#"{"name":"a\n","n":1} "#,
        "",
        " ",
        "null",
        "{",
        "{}",
        "[]",
        r#"["a",1]"#,
        r#"["a",1,2]"#,
        r#"{"name":"a","n":1}x"#,
        r#"{"name":"a","n":1}{"#,
        r#"{"name":1,"n":1}"#,
        r#"{"name":"a","n":-1}"#,
        r#"{"name":"a","n":1e400}"#,
        r#"{"name":"a","n":1.0}"#,
        r#"{"name":"a","n":99999999999999999999999}"#,
        r#"{"name":"\ud800","n":1}"#,
        r#"{"name":"a","name":"b","n":1}"#,
        r#"{"name":"a","n":1,"x":{"y":[1,2]}}"#,
        r#"{"name":"a","n":1,"x":tru}"#,
        "\u{feff}{}",
        r#"{"name":"a","n":1,}"#,
        r#"{"name":"a","n":01}"#,
        "{\"name\":\"a\u{0}\",\"n\":1}",
    ]
    .iter()
    .map(|it| it.as_bytes().to_vec())
    .chain([
        b"{\"name\":\"\xff\",\"n\":1}".to_vec(),
        b"{\"name\":\"a\",\"n\":1,\"x\":\"\xff\"}".to_vec(),
        b"\xff".to_vec(),
        vec![b' '; 1001],
        [&vec![b'['; 900][..]].concat(),
        format!(r#"{{"name":"a","n":1,"x":{}{}}}"#, "[".repeat(200), "]".repeat(200)).into(),
    ])
    .collect();
    for document in &documents {
        for method in [Method::POST, Method::GET, Method::HEAD, Method::PUT] {
            let body = || Body::from(document.clone());
            let what = String::from_utf8_lossy(document).chars().take(60).collect::<String>();
            same("json", "", &method, &["application/json"], body, &what, &mut wrong).await;
        }
    }
    let types: &[&[&str]] = &[
        &[],
        &[""],
        &["application/json"],
        &["application/json;"],
        &["application/json; charset=utf-8"],
        &["application/json;charset"],
        &["application/json; charset=\"utf-8\""],
        &["APPLICATION/JSON"],
        &["application/vnd.api+json"],
        &["application/+json"],
        &["application/json/x+json"],
        &["application/json+xml"],
        &["text/json"],
        &["application /json"],
        &["application/ json"],
        &["application/a+json+json"],
        &["application/json,application/json"],
        &["text/plain", "application/json"],
        &["application/json", "text/plain"],
        &["application/json ; a=b"],
        &["application/json\u{e9}"],
        &["application/a@+json"],
        &["application/a(+json"],
        &["application/x+JSON"],
        &["application/*+json"],
        &["application/json;;"],
        &["application/json; =b"],
        &["application/json; a=b c"],
        &["application/x-www-form-urlencoded"],
        &["application/x-www-form-urlencoded; charset=utf-8"],
        &["application/x-www-form-urlencodedx"],
        &["Application/x-www-form-urlencoded"],
        &["application/x-www-form-urlencoded "],
    ];
    for types in types {
        let body = || Body::from(r#"{"name":"a","n":1}"#);
        same("json", "", &Method::POST, types, body, "types", &mut wrong).await;
        // axum compares the beginning of a form's type, and in lower case.
        if !matches!(types, [it] if it.len() == 34 || it.starts_with('A')) {
            let body = || Body::from("name=a&n=1");
            same("form", "", &Method::POST, types, body, "types", &mut wrong).await;
        }
    }
    let forms = [
        "",
        "name=a&n=1",
        "name=a",
        "name=a&n=x",
        "n=1&name=%ff",
        "n=+1&name=+",
        "n=1&name=a&name=b",
        "n=1&name=a&x=%",
        "&&n=1&&name=a&",
        "n=1&name",
        "n=1&name=a=b",
        "n=%31&name=%zz",
        "n&name",
        "%6e=1&name=b",
        "n=1;name=a",
        "n=1&name=a%00",
        "=&n=1&name=a",
        "n=4294967296&name=a",
        "n=-0&name=a",
    ];
    for form in forms {
        let kind = &["application/x-www-form-urlencoded"][..];
        for method in [Method::POST, Method::GET, Method::HEAD, Method::DELETE] {
            // axum's `Form` documents the query string for `HEAD`, and reads the body.
            if method != Method::HEAD {
                let query = format!("?{form}");
                same("form", "", &method, kind, || Body::from(form), form, &mut wrong).await;
                same("form", &query, &method, kind, Body::empty, form, &mut wrong).await;
            }
            same("query", &format!("?{form}"), &method, &[], Body::empty, form, &mut wrong).await;
            same("query", "", &method, &[], Body::empty, form, &mut wrong).await;
        }
    }
    for method in [Method::POST, Method::GET] {
        same("json", "", &method, &["application/json"], cut, "cut", &mut wrong).await;
        let kind = &["application/x-www-form-urlencoded"][..];
        same("form", "", &method, kind, cut, "cut", &mut wrong).await;
        same("form", "", &method, kind, || Body::from(vec![b'a'; 1001]), "large", &mut wrong).await;
    }
    assert!(wrong.is_empty(), "{}:\n{}", wrong.len(), wrong.join("\n"));
}
