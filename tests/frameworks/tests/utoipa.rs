//! `#[utoipa::path]` below and above `#[request_arena]`: both orders work, with the same document.

use axum::extract::Path;
use axum::response::Response;
use axum::routing::get;
use axum::{Json, Router};
use request_arena::{Arena, Outcome, request_arena};
use request_arena_frameworks::suite::words;
use request_arena_frameworks::{Answer, ends_as};
use tokio::net::TcpListener;
use utoipa::OpenApi;

/// The words of a text.
#[request_arena(into = Response)]
#[utoipa::path(
    get,
    path = "/below/{text}",
    params(("text", description = "parted by -")),
    responses((status = 200, body = [String])),
)]
async fn below<'a>(arena: Arena<'a>, Path(text): Path<String>) -> Json<&'a [&'a str]> {
    Json(words(&arena, &text))
}

/// The words of a text.
#[utoipa::path(
    get,
    path = "/above/{text}",
    params(("text", description = "parted by -")),
    responses((status = 200, body = [String])),
)]
#[request_arena(into = Response)]
async fn above<'a>(arena: Arena<'a>, Path(text): Path<String>) -> Json<&'a [&'a str]> {
    Json(words(&arena, &text))
}

#[derive(OpenApi)]
#[openapi(paths(below, above))]
struct Api;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn handlers_with_a_document_answer_from_their_arenas() {
    let router =
        Router::new().route("/below/{text}", get(below)).route("/above/{text}", get(above));
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a socket");
    let address = listener.local_addr().expect("bound");
    tokio::spawn(async move { axum::serve(listener, router).await });
    for handler in ["below", "above"] {
        let answer = request_arena_frameworks::get(address, &format!("/{handler}/a-bc")).await;
        assert_eq!(answer, Some(Answer { status: 200, body: String::from(r#"["a","bc"]"#) }));
        ends_as(handler, &[(Outcome::Returned, 1)]).await;
    }
}

#[test]
fn the_document_describes_the_outward_function() {
    let document = serde_json::to_value(Api::openapi()).expect("a document");
    let operation = |name: &str| document["paths"][format!("/{name}/{{text}}")]["get"].clone();
    let (mut below, mut above) = (operation("below"), operation("above"));
    assert_eq!(
        (below["operationId"].take(), above["operationId"].take()),
        ("below".into(), "above".into())
    );
    assert_eq!(below, above);
    assert_eq!(
        (&below["summary"], &below["parameters"][0]["name"]),
        (&"The words of a text.".into(), &"text".into())
    );
    assert_eq!(below["parameters"].as_array().map(Vec::len), Some(1), "no arena is among them");
}
