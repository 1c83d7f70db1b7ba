//! The ends of requests: answered, refused, cancelled by the client, or drained when the server
//! stops. No arena stays open.
//!
//! One test in a process of its own, as the report counts for the process.

mod common;

use std::{convert::Infallible, time::Duration};

use bytes::Bytes;
use common::{LINES, Service};
use http_body_util::{
    BodyExt,
    channel::{Channel, Sender},
};
use hyper::{Request, StatusCode, client::conn::http1::handshake};
use hyper_util::rt::TokioIo;
use request_arena::{SiteReport, report};
use tokio::{net::TcpStream, task::JoinHandle};

const LYON: &str = r#"{"name":"Lyon","lat":45.75,"lng":4.85,"country":"FR"}"#;

fn site(name: &str) -> SiteReport {
    report().site(name).cloned().unwrap()
}

/// Waits for an event on the server's side of a socket.
async fn until(what: &str, mut is: impl FnMut() -> bool) {
    for _ in 0..3000 {
        if is() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("it did not come to this: {what}");
}

/// A POST with a body that is sent piece by piece.
struct SlowPost {
    body: Sender<Bytes, Infallible>,
    answer: JoinHandle<hyper::Result<StatusCode>>,
    connection: JoinHandle<hyper::Result<()>>,
}

impl SlowPost {
    /// Sends the first piece, and waits until the handler waits for the next one.
    async fn begin(service: &Service) -> Self {
        let socket = TcpStream::connect(service.server.addr()).await.unwrap();
        let (mut sender, connection) = handshake(TokioIo::new(socket)).await.unwrap();
        let connection = tokio::spawn(connection);
        let (mut body, channel) = Channel::<Bytes, Infallible>::new(1);
        let request = Request::post("/documents")
            .header("host", "here")
            .header("content-type", LINES)
            .body(channel);
        let answer = tokio::spawn(async move {
            let response = sender.send_request(request.unwrap()).await?;
            let status = response.status();
            response.into_body().collect().await?;
            Ok(status)
        });
        body.send_data(Bytes::from(LYON)).await.unwrap();
        until("the handler holds a part of the body", || site("post_documents").live_scopes == 1)
            .await;
        Self { body, answer, connection }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_way_out_gives_the_arena_back() {
    let mut service = Service::with_places().await;
    assert_eq!(service.get("/search?q=lyon").await.0, StatusCode::OK);
    assert_eq!(service.get("/search?q=").await.0, StatusCode::BAD_REQUEST);
    let search = site("search");
    assert_eq!((search.outcomes.returned, search.outcomes.error), (1, 1));
    assert_eq!((search.resets, search.live_scopes), (2, 0));
    assert!(search.peak_used.max > 0 && search.peak_exactness == request_arena::Exactness::Exact);

    let post = SlowPost::begin(&service).await;
    post.connection.abort();
    until("the client is gone, and so is the arena", || site("post_documents").live_scopes == 0)
        .await;
    let outcomes = site("post_documents").outcomes;
    // hyper either drops the handler first or reports the broken body first.
    assert_eq!((outcomes.returned, outcomes.cancelled + outcomes.error), (1, 1), "{outcomes:?}");
    assert_eq!(service.documents().await, 8, "half a body changes nothing");

    let mut post = SlowPost::begin(&service).await;
    let (_, arenas) = service.get("/arenas").await;
    let live = |name: &str| {
        let sites = arenas["sites"].as_array().unwrap();
        sites.iter().find(|site| site["name"] == name).unwrap()["live_scopes"].as_u64().unwrap()
    };
    assert_eq!((live("post_documents"), live("search")), (1, 0));
    let Service { server, client, .. } = service;
    drop(client);
    let stopped = tokio::spawn(server.stop());
    tokio::task::yield_now().await;
    post.body.send_data(Bytes::from_static(b"\n")).await.unwrap();
    drop(post.body);
    assert_eq!(
        post.answer.await.unwrap().unwrap(),
        StatusCode::CREATED,
        "what had begun is answered"
    );
    stopped.await.unwrap().unwrap();
    let post = site("post_documents");
    assert_eq!((post.live_scopes, post.resets, post.outcomes.returned), (0, 3, 2));
}
