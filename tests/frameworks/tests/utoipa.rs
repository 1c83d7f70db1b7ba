//! `#[utoipa::path]` below and above `#[request_arena]`: both orders work, with the same document.

use axum::extract::Path;
use axum::response::Response;
use axum::routing::{get, post};
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

/// An order.
#[request_arena(into = Response)]
#[utoipa::path(post, path = "/parsed_below", request_body = String, responses((status = 200)))]
async fn parsed_below<'a>(arena: Arena<'a>, #[json] words: &'a [&'a str]) -> &'a str {
    arena.alloc_join(words, " ")
}

/// An order.
#[utoipa::path(post, path = "/parsed_above", request_body = String, responses((status = 200)))]
#[request_arena(into = Response)]
async fn parsed_above<'a>(arena: Arena<'a>, #[json] words: &'a [&'a str]) -> &'a str {
    arena.alloc_join(words, " ")
}

#[derive(OpenApi)]
#[openapi(paths(below, above, parsed_below, parsed_above))]
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

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn handlers_with_a_document_parse_their_parameters() {
    let router = Router::new()
        .route("/parsed_below", post(parsed_below))
        .route("/parsed_above", post(parsed_above));
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a socket");
    let address = listener.local_addr().expect("bound");
    tokio::spawn(async move { axum::serve(listener, router).await });
    let document = serde_json::to_value(Api::openapi()).expect("a document");
    for handler in ["/parsed_below", "/parsed_above"] {
        let json = Some("application/json");
        let answer = request_arena_frameworks::post(address, handler, json, r#"["a","b"]"#).await;
        assert_eq!(answer, Some(Answer { status: 200, body: String::from("a b") }));
        let answer = request_arena_frameworks::post(address, handler, json, "[1]").await;
        assert_eq!(answer.map(|answer| answer.status), Some(422));
        assert_eq!(document["paths"][handler]["post"]["summary"], "An order.");
    }
}
