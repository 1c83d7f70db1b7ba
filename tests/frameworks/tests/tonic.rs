//! tonic 0.14: `#[request_arena]` above `#[tonic::async_trait]`, on the whole `impl`, with unary
//! calls and streams in both directions.

use core::pin::Pin;
use std::net::SocketAddr;

use async_fn_stream::{TryStreamEmitter, try_fn_stream};
use futures_util::Stream;
use prost::Message;
use request_arena::{Arena, Outcome, request_arena};
use request_arena_frameworks::suite::{self, GUESTS, LEFT, OWNED, meet};
use request_arena_frameworks::{ends_as, live, site, until};
use tokio::net::TcpListener;
use tokio::runtime::{self, Runtime};
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio_stream::wrappers::ReceiverStream;
use tonic::transport::server::TcpIncoming;
use tonic::transport::{Channel, Server};
use tonic::{Code, Request, Response, Status, Streaming};

use service::phrases_client::PhrasesClient;
use service::phrases_server::{Phrases, PhrasesServer};

/// The code that tonic generates for the declaration in `build.rs`.
mod service {
    #![allow(
        clippy::all,
        clippy::allow_attributes_without_reason,
        missing_docs,
        unreachable_pub,
        unused_qualifications,
        reason = "it is generated"
    )]

    include!(concat!(env!("OUT_DIR"), "/phrases.Phrases.rs"));
}

/// The only message: words with `-` between them.
#[derive(Clone, PartialEq, Message)]
struct Phrase {
    #[prost(string, tag = "1")]
    text: String,
}

fn phrase(text: impl Into<String>) -> Phrase {
    Phrase { text: text.into() }
}

/// Words in the arena.
struct Words<'a>(&'a [&'a str]);

impl From<Words<'_>> for Response<Phrase> {
    fn from(words: Words<'_>) -> Self {
        Self::new(phrase(words.0.join(" ")))
    }
}

struct Speaker {
    greeting: &'static str,
}

type Answers = Pin<Box<dyn Stream<Item = Result<Phrase, Status>> + Send>>;

#[request_arena]
#[tonic::async_trait]
impl Phrases for Speaker {
    type SplitStream = Answers;
    type SummarizeStream = Answers;
    type ListenStream = Answers;

    async fn holds(
        &self,
        arena: Arena<'_>,
        request: Request<Phrase>,
    ) -> Result<Response<Phrase>, Status> {
        let words = suite::words(&arena, &request.get_ref().text);
        if words.len() < 2 {
            return Err(Status::invalid_argument("too few words"));
        }
        meet().await;
        words.reverse();
        Ok(Response::new(phrase(format!("{}: {}", self.greeting, words.join(" ")))))
    }

    #[request_arena(into = Result<Response<Phrase>, Status>)]
    async fn borrows<'a>(
        &self,
        arena: Arena<'a>,
        request: Request<Phrase>,
    ) -> Result<Words<'a>, Status> {
        Ok(Words(suite::words(&arena, &request.get_ref().text)))
    }

    async fn panics(
        &self,
        arena: Arena<'_>,
        _: Request<Phrase>,
    ) -> Result<Response<Phrase>, Status> {
        arena.alloc_deferred(LEFT.probe());
        panic!("this handler panics");
    }

    async fn waits(
        &self,
        arena: Arena<'_>,
        _: Request<Phrase>,
    ) -> Result<Response<Phrase>, Status> {
        let _owned = arena.alloc_box(OWNED.probe());
        core::future::pending().await
    }

    async fn split(&self, request: Request<Phrase>) -> Result<Response<Self::SplitStream>, Status> {
        Ok(Response::new(Box::pin(try_fn_stream(|emitter| split_phrase(emitter, request)))))
    }

    async fn join(
        &self,
        arena: Arena<'_>,
        request: Request<Streaming<Phrase>>,
    ) -> Result<Response<Phrase>, Status> {
        let mut phrases = request.into_inner();
        let mut joined = request_arena::collections::owned::Vec::new_in(arena.fork());
        while let Some(phrase) = phrases.message().await? {
            joined.push(&*arena.alloc_str(&phrase.text));
        }
        Ok(Response::new(phrase(joined.join("-"))))
    }

    /// Has no arena, and stays the same.
    async fn ping(&self, request: Request<Phrase>) -> Result<Response<Phrase>, Status> {
        Ok(Response::new(request.into_inner()))
    }

    async fn listen(
        &self,
        request: Request<Streaming<Phrase>>,
    ) -> Result<Response<Self::ListenStream>, Status> {
        Ok(Response::new(Box::pin(try_fn_stream(|emitter| listens(emitter, request.into_inner())))))
    }

    async fn summarize(
        &self,
        request: Request<Streaming<Phrase>>,
    ) -> Result<Response<Self::SummarizeStream>, Status> {
        Ok(Response::new(Box::pin(try_fn_stream(|emitter| {
            summaries(emitter, request.into_inner())
        }))))
    }
}

/// Server streaming: a response for each word.
#[request_arena]
async fn split_phrase(
    arena: Arena<'_>,
    emitter: TryStreamEmitter<Phrase, Status>,
    request: Request<Phrase>,
) -> Result<(), Status> {
    for word in suite::words(&arena, &request.get_ref().text) {
        if word.is_empty() {
            return Err(Status::invalid_argument("an empty word"));
        }
        emitter.emit(phrase(*word)).await;
    }
    Ok(())
}

/// In both directions: a response for each phrase, with its own arena, which returns to the pool
/// before the next phrase.
#[request_arena]
async fn summaries(
    mut arena: Arena<'_>,
    emitter: TryStreamEmitter<Phrase, Status>,
    mut phrases: Streaming<Phrase>,
) -> Result<(), Status> {
    let last = arena.alloc_str("the last is");
    while let Some(asked) = phrases.message().await? {
        let answer = arena.scope_async(async |scratch| {
            let words = suite::words(&scratch, &asked.text);
            tokio::task::yield_now().await;
            words.sort_unstable();
            phrase(request_arena::format!(
                in scratch,
                "{} words, {last} {}",
                words.len(),
                words[words.len() - 1],
            ) as &str)
        });
        let answer = answer.await;
        emitter.emit(answer).await;
    }
    Ok(())
}

/// Listens, and never responds.
#[request_arena]
async fn listens(
    arena: Arena<'_>,
    _emitter: TryStreamEmitter<Phrase, Status>,
    mut phrases: Streaming<Phrase>,
) -> Result<(), Status> {
    arena.alloc(0_u64);
    while phrases.message().await?.is_some() {}
    Ok(())
}

async fn connect(address: SocketAddr) -> PhrasesClient<Channel> {
    let channel = Channel::from_shared(format!("http://{address}")).expect("an address");
    PhrasesClient::new(channel.connect().await.expect("the server listens"))
}

async fn serve() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a socket");
    let address = listener.local_addr().expect("bound");
    let server = Server::builder().add_service(PhrasesServer::new(Speaker { greeting: "hello" }));
    tokio::spawn(server.serve_with_incoming(TcpIncoming::from(listener)));
    address
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn arena_data_is_held_across_awaits_and_an_error_is_counted_as_one() {
    let client = connect(serve().await).await;
    let mut requests = JoinSet::new();
    for guest in 0..GUESTS {
        let mut client = client.clone();
        requests.spawn(async move {
            let answer =
                client.holds(phrase(format!("guest-{guest}-here"))).await.expect("an answer");
            assert_eq!(answer.into_inner().text, format!("hello: here {guest} guest"));
        });
    }
    requests.join_all().await;
    let refused = client.clone().holds(phrase("one")).await.map_err(|status| status.code());
    assert_eq!(refused.err(), Some(Code::InvalidArgument));
    ends_as("holds", &[(Outcome::Returned, GUESTS as u64), (Outcome::Error, 1)]).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_response_borrows_from_the_arena() {
    let mut client = connect(serve().await).await;
    let answer = client.borrows(phrase("to-be-or")).await.expect("an answer");
    assert_eq!(answer.into_inner().text, "to be or");
    ends_as("borrows", &[(Outcome::Returned, 1)]).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_panic_ends_its_stream_alone() {
    let mut client = connect(serve().await).await;
    for times in 1..=2 {
        let status = client.panics(phrase("")).await.expect_err("it panics");
        assert_eq!(status.code(), Code::Cancelled);
        ends_as("panics", &[(Outcome::Panicked, times)]).await;
    }
    assert_eq!(LEFT.count(), 2);
}

/// A client in a runtime of its own, so that a test can cut its connection.
async fn connect_from_elsewhere(address: SocketAddr) -> (PhrasesClient<Channel>, Runtime) {
    let elsewhere = runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .expect("a runtime");
    (elsewhere.spawn(connect(address)).await.expect("connected"), elsewhere)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_client_that_gives_up_cancels_its_handler_and_so_does_the_connections_end() {
    let address = serve().await;
    for (times, is_cut) in [(1, false), (2, true)] {
        let (mut client, elsewhere) = connect_from_elsewhere(address).await;
        let call = tokio::spawn(async move { client.waits(phrase("")).await.map(drop) });
        until("the handler waits", || live("waits") == 1).await;
        if is_cut {
            elsewhere.shutdown_background();
            assert!(call.await.expect("it is not aborted").is_err());
            ends_as("waits", &[(Outcome::Cancelled, times)]).await;
        } else {
            call.abort();
            ends_as("waits", &[(Outcome::Cancelled, times)]).await;
            elsewhere.shutdown_background();
        }
    }
    assert_eq!(OWNED.count(), 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_stream_is_a_scope_that_ends_with_it() {
    let mut client = connect(serve().await).await;
    let mut answers = client.split(phrase("a-bc-d")).await.expect("a stream").into_inner();
    for word in ["a", "bc", "d"] {
        assert_eq!(answers.message().await.expect("no error"), Some(phrase(word)));
    }
    assert_eq!(answers.message().await.expect("no error"), None);
    let mut answers = client.split(phrase("a--d")).await.expect("a stream").into_inner();
    assert_eq!(answers.message().await.expect("no error"), Some(phrase("a")));
    assert_eq!(answers.message().await.expect_err("an empty word").code(), Code::InvalidArgument);
    ends_as("split_phrase", &[(Outcome::Returned, 1), (Outcome::Error, 1)]).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_client_stream_is_collected_in_the_arena() {
    let mut client = connect(serve().await).await;
    let answer =
        client.join(tokio_stream::iter(["to", "be", "or"].map(phrase))).await.expect("an answer");
    assert_eq!(answer.into_inner().text, "to-be-or");
    ends_as("join", &[(Outcome::Returned, 1)]).await;
}

const PHRASES: u64 = 500;

/// The least memory of a phrase: a copy of it, and a list of its words.
const TAKES: u64 = 2000 * (4 + size_of::<&str>() as u64);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_open_stream_holds_little_and_a_client_that_hangs_up_ends_it() {
    let (mut client, elsewhere) = connect_from_elsewhere(serve().await).await;
    let (sender, phrases) = mpsc::channel(1);
    let mut answers =
        client.summarize(ReceiverStream::new(phrases)).await.expect("a stream").into_inner();
    let words: Vec<String> = (1000..3000).map(|word| word.to_string()).collect();
    for number in 0..PHRASES {
        sender
            .send(phrase(format!("{}-x{number}", words.join("-"))))
            .await
            .expect("the handler listens");
        let answer = answers.message().await.expect("no error");
        assert_eq!(answer, Some(phrase(format!("2001 words, the last is x{number}"))));
    }
    let open = site("summaries").expect("it is open");
    assert_eq!((open.live_scopes, open.resets), (1, 0));
    assert!(
        open.in_use_bytes > 0 && open.in_use_bytes < TAKES,
        "it holds {} bytes",
        open.in_use_bytes
    );

    elsewhere.shutdown_background();
    ends_as("summaries", &[(Outcome::Cancelled, 1)]).await;
    let ended = site("summaries").expect("it was open");
    let peak = ended.peak_used.max as u64;
    assert!(
        (TAKES..10 * TAKES).contains(&peak),
        "of {} bytes, never more than {peak} at once",
        PHRASES * TAKES
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_client_that_drops_its_answers_but_not_its_own_stream_has_not_hung_up() {
    let mut client = connect(serve().await).await;
    let (sender, phrases) = mpsc::channel(1);
    let answers = client.listen(ReceiverStream::new(phrases)).await.expect("a stream").into_inner();
    until("the handler listens", || live("listens") == 1).await;
    drop(answers);
    sender.send(phrase("still here")).await.expect("the client sends");
    // The server reads a connection in order, so it has received everything that was sent before.
    client.ping(phrase("")).await.expect("an answer");
    assert_eq!(live("listens"), 1);
    drop(sender);
    until("it has hung up now", || live("listens") == 0).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_method_without_an_arena_is_left_alone() {
    let mut client = connect(serve().await).await;
    assert_eq!(client.ping(phrase("here")).await.expect("an answer").into_inner(), phrase("here"));
    assert!(site("ping").is_none());
}
