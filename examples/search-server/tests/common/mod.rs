//! The common part of the socket tests: a server with an index of its own, and its client.

#![allow(dead_code, reason = "each test binary uses a part")]

use axum::http::{Method, StatusCode};
use bytes::Bytes;
use indicatif::ProgressBar;
use loopback::{Ask, Client};
use search_server::server::{Seed, Server};
use serde_json::Value;
use tempfile::TempDir;

pub(crate) const ARRAY: &str = "application/json";
pub(crate) const LINES: &str = "application/x-ndjson";

/// Documents with ids 1 to 8.
pub(crate) const PLACES: &str = concat!(
    r#"
{"id":1,"name":"Lyon","lat":45.74846,"lng":4.84671,"country":"FR"}
{"id":2,"name":"Lyons-la-Forêt","lat":49.39912,"lng":1.47684,"country":"FR"}
{"id":3,"name":"Villefranche-sur-Saône","lat":45.98967,"lng":4.72373,"country":"FR","#,
    r#""admin1":"84","admin2":"69"}
{"id":4,"name":"São Paulo","lat":-23.5475,"lng":-46.63611,"country":"BR"}
{"id":5,"name":"San Francisco","lat":37.77493,"lng":-122.41942,"country":"US"}
{"id":6,"name":"San Francisco","lat":9.65,"lng":-84.1,"country":"CR"}
{"id":7,"name":"South San Francisco","lat":37.65466,"lng":-122.40775,"country":"US"}
{"id":8,"name":"Paris <em>","lat":48.85341,"lng":2.3488,"country":"FR"}
"#
);

pub(crate) struct Service {
    pub(crate) server: Server,
    pub(crate) client: Client,
    folder: TempDir,
}

impl Service {
    /// A server with no documents.
    pub(crate) async fn empty() -> Self {
        #[cfg(feature = "jemalloc")]
        request_arena::use_jemalloc!();
        let folder = tempfile::tempdir().unwrap();
        let server =
            Server::start(0, folder.path(), Seed::Nothing, &ProgressBar::hidden()).await.unwrap();
        let client = Client::connect(server.addr()).await.unwrap();
        Self { server, client, folder }
    }

    /// A server with [`PLACES`].
    pub(crate) async fn with_places() -> Self {
        let mut service = Self::empty().await;
        let (status, indexed) = service.post(LINES, PLACES).await;
        assert_eq!((status, &indexed["indexed"]), (StatusCode::CREATED, &8.into()), "{indexed}");
        service
    }

    pub(crate) async fn get(&mut self, target: &str) -> (StatusCode, Value) {
        self.send(Method::GET, target, None, Bytes::new()).await
    }

    pub(crate) async fn post(
        &mut self,
        content_type: &'static str,
        body: impl Into<Bytes>,
    ) -> (StatusCode, Value) {
        self.send(Method::POST, "/documents", Some(content_type), body.into()).await
    }

    pub(crate) async fn send(
        &mut self,
        method: Method,
        target: &str,
        content_type: Option<&'static str>,
        body: Bytes,
    ) -> (StatusCode, Value) {
        let ask = Ask { method, target: target.to_owned(), content_type, body };
        let answer = self.client.send(&ask).await.unwrap();
        assert_eq!(answer.content_type(), "application/json", "{target}");
        (answer.status, serde_json::from_slice(&answer.body).unwrap())
    }

    /// The ids that a search answers, in order.
    pub(crate) async fn ids(&mut self, parameters: &str) -> Vec<u64> {
        let (status, found) = self.get(&format!("/search?{parameters}")).await;
        assert_eq!(status, StatusCode::OK, "{found}");
        found["hits"].as_array().unwrap().iter().map(|hit| hit["id"].as_u64().unwrap()).collect()
    }

    /// The number of documents.
    pub(crate) async fn documents(&mut self) -> u64 {
        self.get("/facets").await.1["total"].as_u64().unwrap()
    }
}
