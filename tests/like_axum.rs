//! The extractors answer each request with the status of axum's own extractors, and each result of
//! a handler becomes the response of axum.

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{DefaultBodyLimit, Form, Json, Query};
use axum::http::{Method, Request, StatusCode};
use axum::response::{AppendHeaders, Html, Response};
use axum::routing::any;
use request_arena::{Arena, DeserializeIn, request_arena};
use serde::ser::Error as _;
use serde::{Deserialize, Serialize, Serializer};
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

#[derive(Debug, PartialEq)]
struct Asked {
    status: StatusCode,
    headers: Vec<(String, String)>,
    body: Bytes,
}

async fn ask(path: &str, method: &Method, types: &[&str], body: Body) -> Asked {
    ask_of(router(), path.to_owned(), method, types, body).await
}

async fn ask_of(
    router: Router,
    path: String,
    method: &Method,
    types: &[&str],
    body: Body,
) -> Asked {
    let mut request = Request::builder().method(method).uri(path);
    for value in types {
        request = request.header("content-type", *value);
    }
    let response = router.oneshot(request.body(body).unwrap()).await.unwrap();
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
        for method in [Method::POST, Method::HEAD, Method::GET] {
            let body = || Body::from("name=a&n=1");
            same("form", "", &method, types, body, "types", &mut wrong).await;
            same("form", "?name=a&n=1", &method, types, Body::empty, "types", &mut wrong).await;
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
            let query = format!("?{form}");
            same("form", "", &method, kind, || Body::from(form), form, &mut wrong).await;
            same("form", &query, &method, kind, Body::empty, form, &mut wrong).await;
            same("query", &format!("?{form}"), &method, &[], Body::empty, form, &mut wrong).await;
            same("query", "", &method, &[], Body::empty, form, &mut wrong).await;
        }
    }
    for method in [Method::POST, Method::GET, Method::HEAD] {
        same("json", "", &method, &["application/json"], cut, "cut", &mut wrong).await;
        let kind = &["application/x-www-form-urlencoded"][..];
        same("form", "", &method, kind, cut, "cut", &mut wrong).await;
        same("form", "", &method, kind, || Body::from(vec![b'a'; 1001]), "large", &mut wrong).await;
    }
    assert!(wrong.is_empty(), "{}:\n{}", wrong.len(), wrong.join("\n"));
}

/// A value that no JSON can hold.
struct Fails;

impl Serialize for Fails {
    fn serialize<S: Serializer>(&self, _: S) -> Result<S::Ok, S::Error> {
        Err(S::Error::custom("it has a reason"))
    }
}

/// Two routes with the same result: of a handler with an arena, and of a plain one.
macro_rules! answers {
    ($($name:ident: $result:ty = $value:expr;)*) => {
        $(
            mod $name {
                use super::*;

                #[request_arena(into = Response)]
                pub(super) async fn ours<'a>(_arena: Arena<'a>) -> $result {
                    $value
                }

                pub(super) async fn theirs() -> $result {
                    $value
                }
            }
        )*

        fn answering() -> Router {
            Router::new()$(
                .route(concat!("/ours/", stringify!($name)), any($name::ours))
                .route(concat!("/theirs/", stringify!($name)), any($name::theirs))
            )*
        }

        const ANSWERS: &[&str] = &[$(stringify!($name)),*];
    };
}

answers! {
    json_value: Json<&'static [u8]> = Json(&[1, 2]);
    fails: Json<Fails> = Json(Fails);
    status: (StatusCode, Json<u8>) = (StatusCode::CREATED, Json(1));
    status_fails: (StatusCode, Json<Fails>) = (StatusCode::CREATED, Json(Fails));
    no_content: (StatusCode, Json<()>) = (StatusCode::NO_CONTENT, Json(()));
    not_modified: (StatusCode, &'static str) = (StatusCode::NOT_MODIFIED, "a");
    headers: ([(&'static str, &'static str); 2], Json<u8>) =
        ([("x-a", "b"), ("x-a", "c")], Json(1));
    typed: ([(&'static str, &'static str); 1], Json<u8>) = ([("content-type", "a/b")], Json(1));
    length: ([(&'static str, &'static str); 1], &'static str) = ([("content-length", "2")], "a");
    wrong_header: ([(&'static str, &'static str); 1], Json<u8>) = ([("x", "a\n")], Json(1));
    wrong_after_status: (StatusCode, [(&'static str, &'static str); 1], Html<&'static str>) =
        (StatusCode::ACCEPTED, [("x y", "a")], Html("a"));
    both: (StatusCode, [(&'static str, &'static str); 1], Html<&'static str>) =
        (StatusCode::ACCEPTED, [("x", "a")], Html("<p>"));
    appended: (AppendHeaders<[(&'static str, &'static str); 1]>, &'static [u8]) =
        (AppendHeaders([("content-type", "a/b")]), b"a");
    err: Result<Json<u8>, (StatusCode, Json<&'static str>)> =
        Err((StatusCode::CONFLICT, Json("a")));
    err_fails: Result<&'static str, Json<Fails>> = Err(Json(Fails));
    ok: Result<(StatusCode, Html<&'static str>), StatusCode> = Ok((StatusCode::ACCEPTED, Html("")));
    nested: (StatusCode, (StatusCode, Json<u8>)) =
        (StatusCode::CREATED, (StatusCode::ACCEPTED, Json(1)));
    empty: &'static str = "";
}

#[tokio::test]
async fn each_answer_is_that_of_axum() {
    let mut wrong = Vec::new();
    for name in ANSWERS {
        for method in [Method::GET, Method::HEAD] {
            let [ours, theirs] = ["ours", "theirs"].map(|of| {
                let path = format!("/{of}/{name}");
                ask_of(answering(), path, &method, &[], Body::empty())
            });
            let (ours, theirs) = (ours.await, theirs.await);
            if ours != theirs {
                wrong.push(format!("{method} {name}: {ours:?}, and axum {theirs:?}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}:\n{}", wrong.len(), wrong.join("\n"));
}
