//! The two versions of the handlers.

use anyhow::{Context, bail};
use axum::{
    Router,
    body::Bytes,
    extract::State,
    http::{StatusCode, Uri},
    response::IntoResponse,
};
use http_body_util::BodyExt;
use search_server::http::{self, App};

use crate::heap_search;

/// A version of the handlers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Handlers {
    /// search-server's.
    Arena,
    /// The handlers on std collections.
    Heap,
}

impl Handlers {
    /// Their names as candidates.
    pub(crate) const NAMES: [&str; 2] = ["arena", "heap"];

    /// The handlers with this name.
    pub(crate) fn named(name: &str) -> anyhow::Result<Self> {
        match name {
            "arena" => Ok(Self::Arena),
            "heap" => Ok(Self::Heap),
            _ => bail!("there is no candidate `{name}`"),
        }
    }

    /// The candidate's name.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Arena => "arena",
            Self::Heap => "heap",
        }
    }

    /// The routes.
    pub(crate) fn router(self, app: App) -> Router {
        match self {
            Self::Arena => http::router(app),
            Self::Heap => heap_search::router(app),
        }
    }

    /// Answers without a socket and without routing: the body for a search or for facets, depending
    /// on the path.
    pub(crate) async fn answer(self, app: &App, uri: &Uri) -> anyhow::Result<Bytes> {
        let (app, asked) = (State(App::clone(app)), uri.clone());
        let response = match (self, uri.path()) {
            (Self::Arena, "/search") => http::search::search(app, asked).await,
            (Self::Heap, "/search") => heap_search::search(app, asked).await.into_response(),
            (Self::Arena, "/facets") => http::facets::facets(app, asked).await,
            (Self::Heap, "/facets") => heap_search::facets(app, asked).await.into_response(),
            (_, path) => bail!("no handler serves {path}"),
        };
        let status = response.status();
        let body = response
            .into_body()
            .collect()
            .await
            .with_context(|| format!("the body for {uri} cannot be read"))?
            .to_bytes();
        if status != StatusCode::OK {
            bail!("the answer to {uri} is {status}: {}", String::from_utf8_lossy(&body));
        }
        Ok(body)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use indicatif::ProgressBar;
    use search_server::{data, store::Store};

    use super::*;
    use crate::service::filling;

    /// The test takes every 40th of the check's 16,000 queries, and all of them in optimised
    /// builds.
    const EVERY: usize = if cfg!(debug_assertions) { 40 } else { 1 };

    #[test]
    fn both_answer_the_queries_of_the_check_with_the_same_bytes() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(folder.path()).unwrap();
        store.fill(data::NAME, data::cities, &ProgressBar::hidden()).unwrap();
        let app: App = Arc::new(store);
        let asked = filling::planned().unwrap();
        assert!(asked.iter().filter(|target| target.starts_with("/facets")).count() > 1000);
        assert!(asked.len() > 15_000);
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let mut answered = 0;
        for target in asked.iter().step_by(EVERY) {
            let uri = target.parse().unwrap();
            let [arena, heap] = [Handlers::Arena, Handlers::Heap]
                .map(|handlers| runtime.block_on(handlers.answer(&app, &uri)).unwrap());
            assert_eq!(arena, heap, "{target}");
            answered += arena.len();
        }
        assert!(answered > 100 * asked.len() / EVERY, "{answered}");
    }

    #[test]
    fn both_refuse_the_same_with_the_same_words() {
        let folder = tempfile::tempdir().unwrap();
        let app: App = Arc::new(Store::open(folder.path()).unwrap());
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let many = format!("/search?q={}", "a+".repeat(20));
        for target in [
            "/search?q=+",
            "/search",
            &many,
            "/search?q=a&q=b",
            "/search?q=%ff",
            "/search?q=a&limit=1001",
            "/search?q=a&offset=x",
            "/search?q=a&near=1",
            "/search?q=a&near=91,0",
            "/search?q=a&country=F",
            "/search?q=a&color=red",
            "/facets?facet=name",
            "/facets?limit=1",
            "/facets?q=",
        ] {
            let uri = target.parse().unwrap();
            let [arena, heap] = [Handlers::Arena, Handlers::Heap].map(|handlers| {
                format!("{:#}", runtime.block_on(handlers.answer(&app, &uri)).unwrap_err())
            });
            assert_eq!(arena, heap);
            assert!(arena.contains("400"), "{arena}");
        }
    }
}
