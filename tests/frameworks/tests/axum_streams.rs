//! axum: handlers that respond with a stream, as in `docs/book/src/streaming.md`. A child scope for
//! each item keeps the request's arena small.

use std::convert::Infallible;
use std::net::SocketAddr;

use async_fn_stream::{StreamEmitter, fn_stream};
use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Path, State};
use axum::routing::get;
use request_arena::{Arena, Outcome, RequestScope, Site, configure, request_arena};
use request_arena_frameworks::suite::words;
use request_arena_frameworks::{Lines, ends_as, site};
use tokio::net::TcpListener;
use tokio::sync::broadcast::{self, Receiver, Sender};

type Line = Result<Bytes, Infallible>;

/// A fingerprint of a document, made from its words.
async fn summary(arena: &mut Arena<'_>, document: &str) -> Bytes {
    let words = words(arena, document);
    tokio::task::yield_now().await;
    words.sort_unstable();
    Bytes::from(
        request_arena::format!(
            in arena,
            "{} words, the last is {}\n",
            words.len(),
            words[words.len() - 1],
        )
        .to_owned(),
    )
}

/// A line for each document. A child scope frees the memory of a line before the next one, so the
/// limit has to fit one line only.
#[request_arena(limit = "512 KiB")]
async fn lines(
    mut arena: Arena<'_>,
    emitter: StreamEmitter<Line>,
    mut documents: Receiver<String>,
    most: usize,
) {
    let greeting = request_arena::format!(in arena, "at most {most} lines\n");
    emitter.emit(Ok(Bytes::copy_from_slice(greeting.as_bytes()))).await;
    for _ in 0..most {
        let Ok(document) = documents.recv().await else { break };
        let line =
            arena.scope_async(async |mut scratch| summary(&mut scratch, &document).await).await;
        emitter.emit(Ok(line)).await;
    }
    let farewell = Bytes::from(request_arena::format!(in arena, "end of {greeting}").to_owned());
    emitter.emit(Ok(farewell)).await;
}

/// The same without child scopes, as a bad example.
#[request_arena]
async fn lines_that_stay(
    mut arena: Arena<'_>,
    emitter: StreamEmitter<Line>,
    mut documents: Receiver<String>,
) {
    emitter.emit(Ok(Bytes::from("all of them\n"))).await;
    while let Ok(document) = documents.recv().await {
        let line = summary(&mut arena, &document).await;
        emitter.emit(Ok(line)).await;
    }
}

/// The same with a guard, for a stream that no function returns.
fn lines_by_hand(mut documents: Receiver<String>) -> Body {
    static SITE: Site = Site::new("lines_by_hand", module_path!(), file!(), line!());
    Body::from_stream(async_stream::stream! {
        let mut owner = RequestScope::enter(&SITE);
        let mut arena = owner.arena();
        yield Line::Ok(Bytes::copy_from_slice(arena.alloc_str("by hand\n").as_bytes()));
        while let Ok(document) = documents.recv().await {
            let line = arena
                .scope_async(async |mut scratch| summary(&mut scratch, &document).await)
                .await;
            yield Ok(line);
        }
    })
}

async fn serve(documents: &Sender<String>) -> SocketAddr {
    // Another test may have left an arena in the pool that is larger than a request needs. It
    // counts as held, too.
    configure(|settings| settings.retain_bytes = 0);
    let stay = |State(documents): State<Sender<String>>| async move {
        let documents = documents.subscribe();
        Body::from_stream(fn_stream(|emitter| lines_that_stay(emitter, documents)))
    };
    let few = |State(documents): State<Sender<String>>, Path(most): Path<usize>| async move {
        let documents = documents.subscribe();
        Body::from_stream(fn_stream(|emitter| lines(emitter, documents, most)))
    };
    let by_hand = |State(documents): State<Sender<String>>| async move {
        lines_by_hand(documents.subscribe())
    };
    let router = Router::new()
        .route("/lines/{most}", get(few))
        .route("/stay", get(stay))
        .route("/by_hand", get(by_hand));
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a socket");
    let address = listener.local_addr().expect("bound");
    let router = router.with_state(documents.clone());
    tokio::spawn(async move { axum::serve(listener, router).await });
    address
}

const DOCUMENTS: u64 = 500;

/// The least memory of a document: a copy of it, and a list of its words.
const TAKES: u64 = 2000 * (4 + size_of::<&str>() as u64);

/// Sends the documents one by one, and reads a line after each.
async fn exchange(documents: &Sender<String>, lines: &mut Lines) {
    let words: Vec<String> = (1000..3000).map(|word| word.to_string()).collect();
    for number in 0..DOCUMENTS {
        documents.send(format!("{}-x{number}", words.join("-"))).expect("the handler listens");
        assert_eq!(lines.next().await, Some(format!("2001 words, the last is x{number}")));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_open_stream_holds_little_and_a_client_that_hangs_up_ends_it() {
    let (documents, _) = broadcast::channel(1);
    let address = serve(&documents).await;
    let mut lines = Lines::get(address, "/lines/100000").await;
    assert_eq!(lines.next().await.as_deref(), Some("at most 100000 lines"));
    exchange(&documents, &mut lines).await;

    let open = site("lines").expect("it is open");
    assert_eq!((open.live_scopes, open.resets), (1, 0));
    assert!(
        open.in_use_bytes > 0 && open.in_use_bytes < TAKES,
        "it holds {} bytes",
        open.in_use_bytes
    );

    drop(lines);
    ends_as("lines", &[(Outcome::Cancelled, 1)]).await;
    let ended = site("lines").expect("it was open");
    let peak = ended.peak_used.max as u64;
    assert!(
        (TAKES..10 * TAKES).contains(&peak),
        "of {} bytes, never more than {peak} at once",
        DOCUMENTS * TAKES
    );
    assert!(
        ended.used.max < 100,
        "only the request's own memory is left: {} bytes",
        ended.used.max
    );

    reads_to_the_end(&documents, address).await;
    ends_as("lines", &[(Outcome::Cancelled, 1), (Outcome::Returned, 1)]).await;
}

/// A stream that ends.
async fn reads_to_the_end(documents: &Sender<String>, address: SocketAddr) {
    let mut lines = Lines::get(address, "/lines/2").await;
    assert_eq!(lines.next().await.as_deref(), Some("at most 2 lines"));
    for number in 1..=2 {
        documents.send(format!("a-{number}")).expect("the handler listens");
        assert_eq!(lines.next().await.as_deref(), Some("2 words, the last is a"));
    }
    assert_eq!(lines.next().await.as_deref(), Some("end of at most 2 lines"));
    assert_eq!(lines.next().await, None);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_child_scopes_the_arena_grows_with_its_stream() {
    let (documents, _) = broadcast::channel(1);
    let address = serve(&documents).await;
    let mut lines = Lines::get(address, "/stay").await;
    assert_eq!(lines.next().await.as_deref(), Some("all of them"));
    exchange(&documents, &mut lines).await;
    let open = site("lines_that_stay").expect("it is open");
    assert!(open.in_use_bytes >= DOCUMENTS * TAKES, "it holds {} bytes", open.in_use_bytes);
    drop(lines);
    ends_as("lines_that_stay", &[(Outcome::Cancelled, 1)]).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_guard_in_a_stream_holds_as_little_and_counts_as_returned() {
    let (documents, _) = broadcast::channel(1);
    let address = serve(&documents).await;
    let mut lines = Lines::get(address, "/by_hand").await;
    assert_eq!(lines.next().await.as_deref(), Some("by hand"));
    exchange(&documents, &mut lines).await;
    let open = site("lines_by_hand").expect("it is open");
    assert_eq!(open.live_scopes, 1);
    assert!(
        open.in_use_bytes > 0 && open.in_use_bytes < TAKES,
        "it holds {} bytes",
        open.in_use_bytes
    );
    drop(lines);
    ends_as("lines_by_hand", &[(Outcome::Returned, 1)]).await;
}
