//! actix-web 4: `#[get]` below `#[request_arena]`.

#![allow(
    unused_qualifications,
    reason = "one handler calls its parameter `Path`, as one of axum does"
)]

use std::net::SocketAddr;
use std::rc::Rc;

use actix_web::error::{ErrorNotFound, ResponseError};
use actix_web::http::StatusCode;
use actix_web::http::header::ContentType;
use actix_web::web::Path;
use actix_web::{App, Either, HttpResponse, HttpServer, get, web};
use request_arena::{Arena, Outcome, request_arena};
use request_arena_frameworks::suite::{
    LEFT, OWNED, OnPanic, checked_words, meet, pass_the_gate, spaced, words,
};
use request_arena_frameworks::{Answer, content_type, ends_as};
use serde::Serialize;

/// Words in the arena.
#[derive(Serialize)]
struct Words<'a>(&'a [&'a str]);

impl From<Words<'_>> for HttpResponse {
    fn from(words: Words<'_>) -> Self {
        HttpResponse::Ok().json(words)
    }
}

#[request_arena]
#[get("/holds/{words}")]
async fn holds(arena: Arena<'_>, text: web::Path<String>) -> String {
    let words = words(&arena, &text);
    meet().await;
    words.reverse();
    words.join(" ")
}

#[request_arena(into = HttpResponse)]
#[get("/borrows/{words}")]
async fn borrows<'a>(arena: Arena<'a>, text: web::Path<String>) -> web::Json<&'a [&'a str]> {
    web::Json(words(&arena, &text))
}

#[request_arena(into = HttpResponse)]
#[get("/texts/{words}")]
async fn texts<'a>(arena: Arena<'a>, text: web::Path<String>) -> (&'a mut str, StatusCode) {
    (spaced(&arena, &text), StatusCode::CREATED)
}

#[request_arena(into = HttpResponse)]
#[get("/fails/{words}")]
async fn fails<'a>(
    arena: Arena<'a>,
    text: web::Path<String>,
) -> Result<web::Json<&'a [&'a str]>, (&'a str, StatusCode)> {
    let words = checked_words(&arena, &text).map_err(|error| (error, StatusCode::BAD_REQUEST))?;
    tokio::task::yield_now().await;
    Ok(web::Json(words))
}

#[request_arena(into = HttpResponse)]
#[get("/refuses/{words}")]
async fn refuses<'a>(
    arena: Arena<'a>,
    text: web::Path<String>,
) -> actix_web::Result<HttpResponse<&'a mut str>> {
    checked_words(&arena, &text).map_err(|error| ErrorNotFound(error.to_owned()))?;
    HttpResponse::Ok().content_type(ContentType::plaintext()).message_body(spaced(&arena, &text))
}

#[request_arena(into = actix_web::Result<HttpResponse>)]
#[get("/passes/{words}")]
async fn passes<'a>(
    arena: Arena<'a>,
    text: web::Path<String>,
) -> actix_web::Result<web::Json<&'a [&'a str]>> {
    checked_words(&arena, &text).map(web::Json).map_err(|error| ErrorNotFound(error.to_owned()))
}

/// `send = false`: this crate has the feature `axum`, too, and `Path` has the name of axum's
/// extractor.
#[request_arena]
#[get("/stays/{words}")]
async fn stays(arena: Arena<'_>, text: Path<String>) -> String {
    let (shared, handle) = (Rc::new(text), &arena);
    tokio::task::yield_now().await;
    spaced(handle, &shared).to_owned()
}

/// An own type, converted by `From`.
#[request_arena(into = HttpResponse)]
#[get("/own/{words}")]
async fn own<'a>(arena: Arena<'a>, text: web::Path<String>) -> Words<'a> {
    Words(words(&arena, &text))
}

/// Each of the other responders, by its name: sides of a `Result` that do not borrow, and no
/// content.
#[request_arena(into = HttpResponse)]
#[get("/shapes/{shape}")]
async fn shapes(
    arena: Arena<'_>,
    shape: web::Path<String>,
) -> Result<Option<HttpResponse>, ErrorOfOurs> {
    match &*arena.alloc_str(&shape) {
        "none" => Ok(None),
        "some" => Ok(Some(HttpResponse::Accepted().body("accepted"))),
        _ => Err(ErrorOfOurs),
    }
}

#[request_arena(into = HttpResponse)]
#[get("/either/{shape}")]
async fn either<'a>(
    arena: Arena<'a>,
    shape: web::Path<String>,
) -> Either<Option<&'a [u8]>, web::Json<&'a str>> {
    match &*arena.alloc_str(&shape) {
        "bytes" => Either::Left(Some(arena.alloc_slice_copy(b"bytes"))),
        other => Either::Right(web::Json(other)),
    }
}

#[derive(Debug)]
struct ErrorOfOurs;

impl core::fmt::Display for ErrorOfOurs {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("an error of ours")
    }
}

impl ResponseError for ErrorOfOurs {
    fn status_code(&self) -> StatusCode {
        StatusCode::CONFLICT
    }
}

#[request_arena]
#[get("/panics")]
async fn panics(arena: Arena<'_>) -> &'static str {
    arena.alloc_deferred(LEFT.probe());
    panic!("this handler panics");
}

#[request_arena]
#[get("/waits")]
async fn waits(arena: Arena<'_>) -> &'static str {
    let _owned = arena.alloc_box(OWNED.probe());
    core::future::pending().await
}

#[request_arena]
#[get("/runs_on")]
async fn runs_on(arena: Arena<'_>) -> String {
    let answer = arena.alloc_str("the client is gone");
    pass_the_gate().await;
    answer.to_owned()
}

/// The other order works, since actix does not read the parameters.
#[get("/get_above/{words}")]
#[request_arena(into = HttpResponse)]
async fn get_above<'a>(arena: Arena<'a>, text: web::Path<String>) -> Words<'a> {
    Words(words(&arena, &text))
}

/// By default, actix keeps a connection that its client has closed on one side.
async fn serve(allow_half_closed: bool) -> SocketAddr {
    let server = HttpServer::new(|| {
        App::new()
            .service((holds, borrows, texts, fails, refuses, passes, own, shapes, either))
            .service((panics, waits, runs_on, get_above, stays))
    });
    let server = server
        .workers(1)
        .h1_allow_half_closed(allow_half_closed)
        .disable_signals()
        .bind("127.0.0.1:0")
        .expect("a socket");
    let address = server.addrs()[0];
    tokio::spawn(server.run());
    address
}

request_arena_frameworks::framework_tests! {
    arena_data_is_held_across_awaits: holds(serve(true).await);
    a_response_borrows_from_the_arena: borrows(serve(true).await);
    text_borrows_from_the_arena: texts(serve(true).await);
    an_error_borrows_from_the_arena: fails(serve(true).await);
    an_error_of_the_frameworks_own_goes_beside: refuses(serve(true).await);
    a_panic_closes_the_connection: panics(serve(true).await, OnPanic::Closed);
    a_handler_runs_on_when_its_client_hangs_up: runs_on(serve(true).await);
    a_client_that_hangs_up_cancels_its_handler_without_half_closed_connections:
        hangs_up(serve(false).await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_order_of_the_attributes_does_not_matter() {
    let answer = request_arena_frameworks::get(serve(true).await, "/get_above/a-bc").await;
    assert_eq!(answer, Some(Answer { status: 200, body: String::from(r#"["a","bc"]"#) }));
    ends_as("get_above", &[(Outcome::Returned, 1)]).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_handler_of_actix_need_not_be_send() {
    let answer = request_arena_frameworks::get(serve(true).await, "/stays/a-bc").await;
    assert_eq!(answer, Some(Answer { status: 200, body: String::from("a bc") }));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_own_type_is_converted_by_from() {
    let answer = request_arena_frameworks::get(serve(true).await, "/own/a-bc").await;
    assert_eq!(answer, Some(Answer { status: 200, body: String::from(r#"["a","bc"]"#) }));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_other_responders_answer_as_actix_has_them_answer() {
    let address = serve(true).await;
    let answers = [
        ("/shapes/none", 404, ""),
        ("/shapes/some", 202, "accepted"),
        ("/shapes/error", 409, "an error of ours"),
        ("/either/bytes", 200, "bytes"),
        ("/either/text", 200, "\"text\""),
    ];
    for (path, status, body) in answers {
        let answer = request_arena_frameworks::get(address, path).await;
        assert_eq!(answer, Some(Answer { status, body: body.to_owned() }), "{path}");
    }
    assert_eq!(content_type(address, "/either/bytes").await, "application/octet-stream");
    assert_eq!(content_type(address, "/either/text").await, "application/json");
}
