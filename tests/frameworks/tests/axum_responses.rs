//! Responses of axum over a real socket: a client that does not read holds the buffer of its
//! response, and no arena.

use std::net::SocketAddr;
use std::time::Duration;

use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::{Html, Response};
use axum::routing::get as route;
use axum::{Json, Router};
use request_arena::{Arena, JsonStream, ResponseReport, report, request_arena};
use request_arena_frameworks::{Answer, get};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// More than the sockets of both sides take.
const LARGE: usize = 16 << 20;

#[request_arena(into = Response)]
async fn large<'a>(arena: Arena<'a>) -> Json<&'a str> {
    Json(arena.str(&"x".repeat(LARGE)))
}

#[request_arena(into = Response)]
async fn list(arena: Arena<'_>, Path(count): Path<u64>) -> JsonStream<std::ops::Range<u64>> {
    arena.json_stream(0..count)
}

#[request_arena(into = Response)]
async fn page<'a>(arena: Arena<'a>, Path(name): Path<String>) -> (StatusCode, Html<&'a str>) {
    (StatusCode::ACCEPTED, Html(request_arena::format!(in arena, "<p>{name}</p>")))
}

#[derive(serde::Serialize)]
struct Fails(#[serde(serialize_with = "fail")] ());

fn fail<S: serde::Serializer>(_: &(), _: S) -> Result<S::Ok, S::Error> {
    Err(serde::ser::Error::custom("no such thing"))
}

#[request_arena(into = Response)]
async fn fails(arena: Arena<'_>) -> Json<Fails> {
    arena.alloc(1);
    Json(Fails(()))
}

#[request_arena(
    into = Response, limit = "64 KiB", on_limit = axum::response::IntoResponse::into_response(
        StatusCode::PAYLOAD_TOO_LARGE
    )
)]
async fn limited(arena: Arena<'_>, Path(count): Path<usize>) -> request_arena::Json<Vec<u8>> {
    arena.alloc(1);
    request_arena::Json(vec![7; count])
}

async fn ask(address: SocketAddr, path: &str) -> Answer {
    get(address, path).await.expect("an answer")
}

async fn serve() -> SocketAddr {
    let router = Router::new()
        .route("/large", route(large))
        .route("/list/{count}", route(list))
        .route("/page/{name}", route(page))
        .route("/fails", route(fails))
        .route("/limited/{count}", route(limited));
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a socket");
    let address = listener.local_addr().expect("bound");
    tokio::spawn(async move { axum::serve(listener, router).await });
    address
}

fn responses(name: &str) -> ResponseReport {
    report().site(name).and_then(|site| site.responses).unwrap_or_default()
}

async fn wait_until(what: &str, mut is_so: impl FnMut() -> bool) {
    for _ in 0..1000 {
        if is_so() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("{what} never came");
}

#[tokio::test]
async fn a_client_that_does_not_read_holds_its_buffer_and_no_arena() {
    let address = serve().await;
    let mut client = TcpStream::connect(address).await.expect("a server");
    client.write_all(b"GET /large HTTP/1.1\r\nhost: x\r\n\r\n").await.expect("sent");
    wait_until("the response", || responses("large").bytes.count() == 1).await;
    let site = report().site("large").expect("it ran").clone();
    assert_eq!((site.live_scopes, site.in_use_bytes), (0, 0), "the arena is free");
    let live = responses("large");
    assert_eq!(live.live, 1);
    assert!(live.live_bytes > LARGE as u64, "{live:?}");
    assert_eq!(live.bytes.max, LARGE as u64 + 2);
    // It reads now, and the buffer goes back.
    let mut read = vec![0; LARGE];
    client.read_exact(&mut read).await.expect("the response");
    client.read_exact(&mut [0; 2]).await.expect("the rest");
    drop(client);
    wait_until("the end of the buffer", || responses("large").live == 0).await;
    assert!(responses("large").most_live_bytes > LARGE as u64);
}

#[tokio::test]
async fn a_stream_holds_one_chunk_at_a_time() {
    let address = serve().await;
    let count = 5_000_000;
    let mut client = TcpStream::connect(address).await.expect("a server");
    let request = format!("GET /list/{count} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n");
    client.write_all(request.as_bytes()).await.expect("sent");
    tokio::time::sleep(Duration::from_millis(300)).await;
    let live = responses("list");
    assert!(live.live > 0 && live.live_bytes < 1 << 20, "chunks wait in the connection: {live:?}");
    let mut read = Vec::new();
    client.read_to_end(&mut read).await.expect("the response");
    let end = String::from_utf8_lossy(&read[read.len() - 30..]).into_owned();
    assert!(end.contains(&format!("{}]", count - 1)), "{end}");
    wait_until("the end of the chunks", || responses("list").live == 0).await;
}

#[tokio::test]
async fn a_short_stream_is_json() {
    let answer = ask(serve().await, "/list/5").await;
    assert_eq!((answer.status, answer.body.as_str()), (200, "[0,1,2,3,4]"));
}

#[tokio::test]
async fn a_page_has_its_status_and_type() {
    let answer = ask(serve().await, "/page/x").await;
    assert_eq!((answer.status, answer.body.as_str()), (202, "<p>x</p>"));
}

#[tokio::test]
async fn a_value_that_cannot_be_serialised_is_answered_as_by_axum() {
    let answer = ask(serve().await, "/fails").await;
    assert_eq!((answer.status, answer.body.as_str()), (500, "no such thing"));
    assert_eq!(responses("fails").live, 0);
}

#[tokio::test]
async fn the_limit_counts_the_response() {
    let address = serve().await;
    assert_eq!(ask(address, "/limited/1000").await.status, 200);
    assert_eq!(ask(address, "/limited/50000").await.status, 413);
    assert_eq!(report().site("limited").expect("it ran").outcomes.limit_exceeded, 1);
}
