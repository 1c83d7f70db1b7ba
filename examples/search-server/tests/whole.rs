//! All or nothing: batches that are indexed during searches, and interrupted first fillings.

mod common;

use std::io;

use common::{LINES, Service};
use indicatif::ProgressBar;
use loopback::Client;
use search_server::{
    http::body::MAX_BODY,
    server::{Seed, Server, StartError},
    store::{Store, StoreError},
};

const BATCH: usize = 50;

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn searches_see_each_batch_whole_or_not_at_all() {
    let mut service = Service::empty().await;
    let addr = service.server.addr();
    let searches: Vec<_> = (0..4)
        .map(|_| {
            tokio::spawn(async move {
                let mut client = Client::connect(addr).await.unwrap();
                let ask =
                    search_server::check::step::Step::get("/search?q=atom&limit=1000").request;
                let mut seen = Vec::new();
                while seen.last() != Some(&(20 * BATCH)) {
                    let answer = client.send(&ask).await.unwrap();
                    let found: search_server::check::answers::Search =
                        serde_json::from_slice(&answer.body).unwrap();
                    assert_eq!(found.hits.len(), found.total);
                    seen.push(found.total);
                }
                seen
            })
        })
        .collect();
    for number in 0..20 {
        let line =
            format!("{{\"name\":\"Atom b{number}\",\"lat\":1,\"lng\":2,\"country\":\"ZZ\"}}\n");
        let (_, indexed) = service.post(LINES, line.repeat(BATCH)).await;
        assert_eq!(indexed["indexed"], BATCH, "{indexed}");
    }
    for seen in searches {
        let seen = seen.await.unwrap();
        assert!(seen.iter().all(|total| total % BATCH == 0), "{seen:?}");
        assert!(seen.is_sorted(), "{seen:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn as_many_words_as_a_body_can_hold_are_indexed_and_replaced() {
    let mut service = Service::empty().await;
    for name in ["a b ".repeat(124), "b c ".repeat(124)] {
        let line = |id| {
            format!("{{\"id\":{id},\"name\":\"{name}\",\"lat\":0,\"lng\":0,\"country\":\"ZZ\"}}\n")
        };
        let count = MAX_BODY / line(10_000).len();
        let body: String = (1..=count).map(line).collect();
        let (status, indexed) = service.post(LINES, body).await;
        assert_eq!((status.as_u16(), &indexed["indexed"]), (201, &count.into()), "{indexed}");
        let (_, found) = service.get("/search?q=b&limit=1").await;
        assert_eq!(found["total"], count);
    }
    assert_eq!(service.get("/search?q=a").await.1["total"], 0);
}

#[test]
fn an_index_is_filled_once_and_only_whole() {
    const CITIES: &[u8] = br#"[{"name":"Lyon","lat":"45.7","lng":"4.8","country":"FR"}]"#;
    let folder = tempfile::tempdir().unwrap();
    let fill = |name: &str, json: io::Result<&[u8]>| {
        let store = Store::open(folder.path()).unwrap();
        store.fill(name, || json.map(<[u8]>::to_vec), &ProgressBar::hidden())
    };
    assert!(fill("a", Err(io::Error::other("interrupted"))).is_err());
    assert!(fill("a", Ok(&CITIES[..CITIES.len() - 1])).is_err(), "cut off in the middle");
    assert!(fill("a", Ok(CITIES)).unwrap(), "what was interrupted is not taken for whole");
    assert!(!fill("a", Err(io::Error::other("not asked for"))).unwrap(), "it is filled already");
    assert!(matches!(fill("b", Ok(CITIES)), Err(StoreError::OtherData(found)) if found == "a"));
}

#[tokio::test(flavor = "multi_thread")]
async fn posted_documents_survive_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    for expected in 1..=3 {
        let bar = ProgressBar::hidden();
        let server = Server::start(0, folder.path(), Seed::Nothing, &bar).await.unwrap();
        let mut client = Client::connect(server.addr()).await.unwrap();
        let line = r#"{"name":"Lyon","lat":1,"lng":2,"country":"FR"}"#;
        let post = search_server::check::step::Step::post(
            LINES,
            line,
            search_server::check::step::Expect::Names(vec![]),
        );
        let answer = client.send(&post.request).await.unwrap();
        let indexed: search_server::check::answers::Indexed =
            serde_json::from_slice(&answer.body).unwrap();
        assert_eq!(indexed.first_id, expected);
        drop(client);
        server.stop().await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_port_in_use_and_a_file_in_place_of_the_folder_are_errors() {
    let folder = tempfile::tempdir().unwrap();
    let first =
        Server::start(0, folder.path(), Seed::Nothing, &ProgressBar::hidden()).await.unwrap();
    let port = first.addr().port();
    let other = tempfile::tempdir().unwrap();
    let error =
        Server::start(port, other.path(), Seed::Nothing, &ProgressBar::hidden()).await.unwrap_err();
    assert!(matches!(error, StartError::Port(..)));
    assert_eq!(
        error.to_string(),
        format!("port {port} is in use; choose another with --port, or 0 for any free one")
    );
    let file = other.path().join("file");
    std::fs::write(&file, "not a folder").unwrap();
    let error = Server::start(0, &file, Seed::Nothing, &ProgressBar::hidden())
        .await
        .unwrap_err()
        .to_string();
    assert!(error.contains("the data folder cannot be used") && error.contains("file"), "{error}");
}
